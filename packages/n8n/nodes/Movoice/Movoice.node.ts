import {
  type IExecuteFunctions,
  type ILoadOptionsFunctions,
  type INodeExecutionData,
  type INodeListSearchResult,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { agentFields, agentOperations } from './descriptions/agent.ts'
import { batchFields, batchOperations } from './descriptions/batch.ts'
import { callFields, callOperations } from './descriptions/call.ts'

/** Where an execution that waits is resumed. */
const resumeWebhooks: IWebhookDescription[] = [
  { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: '', restartWebhook: true },
]

// n8n reads every node's description when it starts: what a node does is loaded when it is first done.

export class Movoice implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Movoice',
    name: 'movoice',
    icon: { light: 'file:../../icons/movoice.svg', dark: 'file:../../icons/movoice.dark.svg' },
    group: ['output'],
    version: 1,
    subtitle:
      '={{ $parameter["operation"].replace("createAndWait", "create and wait").replace("getAll", "get many").replace("downloadRecording", "download recording") + ": " + $parameter["resource"] }}',
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

  methods = {
    listSearch: {
      async searchAgents(
        this: ILoadOptionsFunctions,
        filter?: string,
        paginationToken?: string,
      ): Promise<INodeListSearchResult> {
        const { searchAgents } = await import('../../src/shared/agents.ts')
        return searchAgents.call(this, filter, paginationToken)
      },
    },
  }

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const { run } = await import('../../src/movoice/run.ts')
    return run(this)
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    const { resume } = await import('../../src/movoice/wait.ts')
    return resume(this)
  }
}
