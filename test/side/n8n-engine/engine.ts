import 'reflect-metadata'
import {
  ExecutionLifecycleHooks,
  HookContext,
  LoadOptionsContext,
  TriggerContext,
  WebhookContext,
  WorkflowExecute,
} from 'n8n-core'
import {
  createRunExecutionData,
  type IDataObject,
  type IHttpRequestOptions,
  type INode,
  type INodeExecutionData,
  type INodeType,
  type INodeTypes,
  type IRun,
  type IRunExecutionData,
  type IWorkflowExecuteAdditionalData,
  NodeHelpers,
  Workflow,
} from 'n8n-workflow'
import { MovoiceApi } from '../../../packages/n8n/credentials/MovoiceApi.credentials.ts'
import { Movoice } from '../../../packages/n8n/nodes/Movoice/Movoice.node.ts'
import { MovoiceTrigger } from '../../../packages/n8n/nodes/MovoiceTrigger/MovoiceTrigger.node.ts'
import type { Functions } from '../../../packages/n8n/src/shared/transport.ts'

// n8n's own engine runs the nodes here, with its real HTTP helper; only its server and database are missing, and
// what they would hand to the engine is made by hand below.

class Start implements INodeType {
  description = {
    displayName: 'Start',
    name: 'start',
    group: ['trigger' as const],
    version: 1,
    description: '',
    defaults: {},
    inputs: [],
    outputs: ['main' as const],
    properties: [],
  }

  async execute(this: { getInputData(): INodeExecutionData[] }): Promise<INodeExecutionData[][]> {
    return [this.getInputData()]
  }
}

const types: Record<string, INodeType> = {
  'test.start': new Start() as unknown as INodeType,
  'n8n-nodes-movoice.movoice': new Movoice(),
  'n8n-nodes-movoice.movoiceTrigger': new MovoiceTrigger() as unknown as INodeType,
}
const nodeTypes: INodeTypes = {
  getByName: (type) => types[type] as INodeType,
  getByNameAndVersion: (type, version) =>
    NodeHelpers.getVersionedNodeType(types[type] as INodeType, version) as INodeType,
  getKnownTypes: () => ({}),
}

/** What the credential holds. */
export interface CredentialData {
  readonly apiKey: string
  readonly baseUrl: string
  readonly webhookSecret?: string
  readonly hooksUrl?: string
  readonly hooksToken?: string
}

/** What the node is, beside its parameters. */
export interface NodeSettings {
  readonly parameters: IDataObject
  readonly retryOnFail?: boolean
  readonly maxTries?: number
  readonly onError?: 'continueRegularOutput' | 'continueErrorOutput' | 'stopWorkflow'
}

const api = new MovoiceApi()

function additionalData(credential: CredentialData): IWorkflowExecuteAdditionalData {
  const helper = {
    getParentTypes: () => [],
    getCredentialsProperties: () => api.properties,
    isCredentialUsableByNode: () => true,
    getDecrypted: async () => ({ ...credential }),
    getCredentials: async () => ({}),
    updateCredentials: async () => undefined,
    preAuthentication: async () => undefined,
    runPreAuthentication: async () => undefined,
    authenticate: async (data: CredentialData, _type: string, request: IHttpRequestOptions) =>
      api.authenticate({ ...data }, request),
  }
  const base = 'http://127.0.0.1:5678'
  return {
    executionId: '1',
    currentNodeExecutionIndex: 0,
    credentialsHelper: helper,
    restApiUrl: '',
    instanceBaseUrl: `${base}/`,
    formWaitingBaseUrl: `${base}/form-waiting`,
    webhookBaseUrl: `${base}/webhook`,
    webhookWaitingBaseUrl: `${base}/webhook-waiting`,
    webhookTestBaseUrl: `${base}/webhook-test`,
    variables: {},
    setExecutionStatus: () => undefined,
    externalSecretsProxy: {},
    logAiEvent: () => undefined,
  } as unknown as IWorkflowExecuteAdditionalData
}

const credentials = { movoiceApi: { id: '1', name: 'Movoice' } }

function actionNode(settings: NodeSettings): INode {
  return {
    id: 'n1',
    name: 'Movoice',
    type: 'n8n-nodes-movoice.movoice',
    typeVersion: 1,
    position: [0, 0],
    credentials,
    ...settings,
    ...(settings.retryOnFail && { maxTries: settings.maxTries ?? 3, waitBetweenTries: 1 }),
  } as INode
}

const START: INode = {
  id: 'n0',
  name: 'Start',
  type: 'test.start',
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
}

function workflowOf(node: INode): Workflow {
  return new Workflow({
    id: 'w1',
    name: 'test',
    nodes: [START, node],
    connections: { Start: { main: [[{ node: node.name, type: 'main', index: 0 }]] } },
    active: false,
    nodeTypes,
    settings: { executionOrder: 'v1', timezone: 'Asia/Kolkata' },
  })
}

export interface Outcome {
  readonly run: IRun
  readonly status: string
  readonly error: (Error & { description?: string; httpCode?: string; context?: IDataObject }) | undefined
  /** The JSON that came out of each output. */
  readonly outputs: IDataObject[][]
  readonly items: INodeExecutionData[][]
}

/** Runs the action node once for these items. */
export async function execute(
  credential: CredentialData,
  settings: NodeSettings,
  items: readonly IDataObject[],
): Promise<Outcome> {
  const node = actionNode(settings)
  const data = createRunExecutionData({
    executionData: {
      nodeExecutionStack: [
        { node: START, data: { main: [items.map((json) => ({ json: json as IDataObject }))] }, source: null },
      ],
    },
  } as never)
  return proceed(credential, node, data)
}

/** Goes on with an execution, as n8n does for one that waited or that a person retries. */
export async function proceed(
  credential: CredentialData,
  node: INode,
  data: IRunExecutionData,
): Promise<Outcome> {
  const additional = additionalData(credential)
  additional.hooks = new ExecutionLifecycleHooks('manual', '1', {
    id: 'w1',
    name: 'test',
    nodes: [START, node],
    connections: {},
    active: false,
  } as never)
  const run = await new WorkflowExecute(additional, 'manual', data).processRunExecutionData(workflowOf(node))
  const items = (run.data.resultData.runData.Movoice?.at(-1)?.data?.main ?? []).map((output) => output ?? [])
  return {
    run,
    status: run.status,
    error: run.data.resultData.error as Outcome['error'],
    items,
    outputs: items.map((output) => output.map(({ json }) => json)),
  }
}

/** n8n's functions outside a run: its HTTP helper, with the credential. */
export function functionsOf(credential: CredentialData): Functions {
  const node = actionNode({ parameters: {} })
  return new LoadOptionsContext(
    workflowOf(node),
    node,
    additionalData(credential),
    '',
  ) as unknown as Functions
}

/** As a "From list" field asks for agents. */
export function listAgents(credential: CredentialData, filter?: string, token?: string) {
  const node = actionNode({ parameters: { resource: 'call', operation: 'create' } })
  const context = new LoadOptionsContext(
    workflowOf(node),
    node,
    additionalData(credential),
    '/parameters/agentId',
  )
  return new Movoice().methods.listSearch.searchAgents.call(context as never, filter, token)
}

/** A trigger in a workflow that keeps its data between calls. */
export function trigger(
  credential: CredentialData,
  parameters: IDataObject,
  options: { readonly webhookId?: string; readonly emit?: (data: INodeExecutionData[][]) => void } = {},
) {
  const node = {
    id: 't1',
    name: 'Movoice Trigger',
    type: 'n8n-nodes-movoice.movoiceTrigger',
    typeVersion: 1,
    position: [0, 0],
    webhookId: options.webhookId ?? 'hook-1',
    credentials,
    parameters: { mode: 'webhook', events: ['call.completed', 'call.failed'], ...parameters },
  } as unknown as INode
  const workflow = new Workflow({
    id: 'w1',
    name: 'test',
    nodes: [node],
    connections: {},
    active: true,
    nodeTypes,
    settings: { executionOrder: 'v1' },
  })
  const type = new MovoiceTrigger()
  const description = type.description.webhooks?.[0]
  const webhook = {
    ...description,
    workflowId: 'w1',
    node: node.name,
    path: 'hook-1/webhook',
    webhookDescription: description,
  }
  const hook = () =>
    new HookContext(
      workflow,
      node,
      additionalData(credential),
      'trigger',
      'activate',
      webhook as never,
    ) as never
  return {
    workflow,
    node,
    checkExists: () => type.webhookMethods.default.checkExists.call(hook()),
    create: () => type.webhookMethods.default.create.call(hook()),
    delete: () => type.webhookMethods.default.delete.call(hook()),
    /** As n8n activates it. */
    async activate(): Promise<void> {
      if (!(await this.checkExists())) await this.create()
    },
    /** One request to the node's URL, as n8n hands it over. */
    async receive(body: string, headers: Record<string, string>, mode: 'webhook' | 'manual' = 'webhook') {
      const answer = { status: 0, body: undefined as unknown }
      const response = {
        status(code: number) {
          answer.status = code
          return response
        },
        json(value: unknown) {
          answer.body = value
          return response
        },
      }
      const additional = additionalData(credential)
      const rawBody = Buffer.from(body)
      Object.assign(additional, {
        httpRequest: { rawBody, body: {}, headers, params: {}, query: {} },
        httpResponse: response,
      })
      const context = new WebhookContext(workflow, node, additional, mode, webhook as never, [], null)
      const result = await type.webhook.call(context as never)
      return { ...answer, items: result.workflowData?.[0]?.map(({ json }) => json) }
    },
    /** Starts polling; `tick` is what n8n's schedule does. */
    async startPolling() {
      const ticks: (() => unknown)[] = []
      const emitted: IDataObject[][] = []
      const context = new TriggerContext(
        workflow,
        node,
        additionalData(credential),
        'trigger',
        'activate',
        (data) => emitted.push((data[0] ?? []).map(({ json }) => json)),
      )
      context.helpers.registerCron = ((_cron: unknown, onTick: () => unknown) => ticks.push(onTick)) as never
      await type.trigger.call(context as never)
      return { ticks, emitted }
    },
  }
}
