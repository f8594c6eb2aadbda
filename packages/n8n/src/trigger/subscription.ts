import { NotFoundError } from '@movoice-kit/core/engine'
import type { SubscribeInput, Subscription } from '@movoice-kit/hooks/client'
import { type IHookFunctions, NodeOperationError } from 'n8n-workflow'
import { hasHooks, readCredentials } from '../shared/credentials.ts'
import { DOCS, nodeError } from '../shared/errors.ts'
import { hooksClient } from '../shared/hooks.ts'
import { hooksFilter, readWanted } from './filter.ts'

/** The subscription this node made, in the workflow's static data. */
interface Kept {
  id?: string
  secret?: string
  /** What it was made for: another URL or other filters want another one. */
  wanted?: string
}

function kept(hook: IHookFunctions): Kept {
  const data = hook.getWorkflowStaticData('node') as { subscription?: Kept }
  data.subscription ??= {}
  return data.subscription
}

function wantedOf(hook: IHookFunctions): SubscribeInput {
  const wanted = readWanted(
    hook.getNodeParameter('events'),
    hook.getNodeParameter('filters', {}) as object as never,
  )
  const filter = hooksFilter(wanted)
  return {
    target_url: String(hook.getNodeWebhookUrl('default')),
    event: wanted.events.length === 1 ? (wanted.events[0] as string) : '*',
    ...(filter !== undefined && { filter }),
  }
}

/** Whether the subscription stands, and is the one that is wanted. Without a hooks server there is none to look for. */
export async function checkExists(hook: IHookFunctions): Promise<boolean> {
  try {
    const credentials = await readCredentials(hook)
    if (!hasHooks(credentials)) {
      if (credentials.webhookSecret !== '') return true
      throw new NodeOperationError(
        hook.getNode(),
        'There is no webhook secret to check Movoice’s webhooks with',
        {
          description: `In Movoice’s dashboard, under Settings → Webhooks, enter this node’s URL, choose the events, and copy the secret into Webhook Secret of the credential. Or set up a hooks server in the credential, or let the node poll. More: <a href="${DOCS}#the-trigger" target="_blank">setting up the trigger</a>.`,
        },
      )
    }
    const own = kept(hook)
    if (own.id === undefined || own.secret === undefined) return false
    const found = await find(hook, own.id)
    const stands = found?.status === 'active' || found?.status === 'paused'
    return stands && own.wanted === JSON.stringify(wantedOf(hook))
  } catch (error) {
    throw nodeError(hook.getNode(), error)
  }
}

async function find(hook: IHookFunctions, id: string): Promise<Subscription | undefined> {
  try {
    return await (await hooksClient(hook)).get(id)
  } catch (error) {
    if (error instanceof NotFoundError) return undefined
    throw nodeError(hook.getNode(), error)
  }
}

/** Makes the one subscription of this node, and clears away an earlier one of its own first. */
export async function create(hook: IHookFunctions): Promise<boolean> {
  try {
    const server = await hooksClient(hook)
    const wanted = wantedOf(hook)
    const own = kept(hook)
    if (own.id !== undefined) await server.unsubscribe(own.id)
    // Nobody but this node is reached by its URL: what else points here is left from an activation that was cut off.
    for (const { id, target_url } of await server.list()) {
      if (target_url === wanted.target_url) await server.unsubscribe(id)
    }
    const { id, secret } = await server.subscribe(wanted)
    Object.assign(own, { id, secret, wanted: JSON.stringify(wanted) })
    return true
  } catch (error) {
    throw nodeError(hook.getNode(), error)
  }
}

/** Removes this node's own subscription, and nothing else. */
export async function remove(hook: IHookFunctions): Promise<boolean> {
  const own = kept(hook)
  if (own.id === undefined) return true
  try {
    await (await hooksClient(hook)).unsubscribe(own.id)
    delete own.id
    delete own.secret
    delete own.wanted
    return true
  } catch (error) {
    throw nodeError(hook.getNode(), error)
  }
}
