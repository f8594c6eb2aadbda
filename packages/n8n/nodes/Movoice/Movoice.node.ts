import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { run } from '../../src/movoice/run.ts'
import { resume } from '../../src/movoice/wait.ts'
import { searchAgents } from '../../src/shared/agents.ts'
import { agentFields, agentOperations } from './descriptions/agent.ts'
import { batchFields, batchOperations } from './descriptions/batch.ts'
import { callFields, callOperations } from './descriptions/call.ts'

/** Where an execution that waits is resumed. */
const resumeWebhooks: IWebhookDescription[] = [
  { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: '', restartWebhook: true },
]

export class Movoice implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Movoice',
    name: 'movoice',
    icon: { light: 'file:../../icons/movoice.svg', dark: 'file:../../icons/movoice.dark.svg' },
    group: ['output'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Let a voice agent phone people, and use what came of the calls',
    defaults: { name: 'Movoice' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'movoiceApi', required: true }],
    webhooks: resumeWebhooks,
    properties: [
      {
        displayName: 'Resource',
        name: 'resource',
        type: 'options',
        noDataExpression: true,
        options: [
          { name: 'Agent', value: 'agent' },
          { name: 'Batch', value: 'batch' },
          { name: 'Call', value: 'call' },
        ],
        default: 'call',
      },
      callOperations,
      batchOperations,
      agentOperations,
      ...callFields,
      ...batchFields,
      ...agentFields,
    ],
  }

  methods = { listSearch: { searchAgents } }

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return run(this)
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return resume(this)
  }
}
