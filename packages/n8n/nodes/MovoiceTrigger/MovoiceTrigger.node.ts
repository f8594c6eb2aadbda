import {
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { triggerProperties } from './descriptions/trigger.ts'

// As in Movoice.node.ts: what the node does is loaded when it is first done.

export class MovoiceTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Movoice Trigger',
    name: 'movoiceTrigger',
    icon: { light: 'file:../../icons/movoice.svg', dark: 'file:../../icons/movoice.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["events"].join(", ") }}',
    description: 'Starts the workflow when a Movoice call ends, fails, or does something else',
    defaults: { name: 'Movoice Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'movoiceApi', required: true }],
    webhooks: [
      {
        name: 'default',
        // n8n registers a URL for every method named here: none while the node polls.
        httpMethod: '={{ $parameter["mode"] === "poll" ? "" : "POST" }}' as 'POST',
        responseMode: 'onReceived',
        path: 'webhook',
      },
    ],
    properties: triggerProperties,
  }

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        const { checkExists } = await import('../../src/trigger/subscription.ts')
        return checkExists(this)
      },
      async create(this: IHookFunctions): Promise<boolean> {
        const { create } = await import('../../src/trigger/subscription.ts')
        return create(this)
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        const { remove } = await import('../../src/trigger/subscription.ts')
        return remove(this)
      },
    },
  }

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse | undefined> {
    const { startPolling } = await import('../../src/trigger/polling.ts')
    return startPolling(this)
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    const { receive } = await import('../../src/trigger/webhook.ts')
    return receive(this)
  }
}
