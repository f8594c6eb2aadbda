import { isMovoiceError } from '@movoice-kit/core/client'
import { type CallEvent, type HeaderBag, verifyDelivery } from '@movoice-kit/core/events'
import type { Bundle, ZObject } from 'zapier-platform-core'
import type { Subscribed } from '../hooks.ts'

/** Zapier may hold a hook back, for a flood or a pause, before it hands it over: for a week it is taken. */
const TOLERANCE_SECONDS = 7 * 86_400

/**
 * The event of a hook that came in: its signature is checked over the raw body, and a delivery that this Zap has
 * had before gives nothing, so that a repeat is no second run.
 */
export async function received(z: ZObject, bundle: Bundle): Promise<CallEvent[]> {
  const { rawRequest, subscribeData } = bundle
  const hooks = (subscribeData as { readonly hooks?: readonly Subscribed[] } | undefined)?.hooks ?? []
  if (hooks.length === 0) {
    throw new z.errors.HaltedError(
      'This Zap no longer knows its subscription, so the event cannot be checked. Turn the Zap off and on again: it then subscribes anew.',
    )
  }
  const body = rawRequest?.content ?? ''
  const { id } = verified(z, body, headersOf(rawRequest?.headers ?? {}), hooks)
  const event = JSON.parse(body) as CallEvent
  return (await isRepeat(z, `delivery:${id}`)) ? [] : [event]
}

function verified(z: ZObject, body: string, headers: HeaderBag, hooks: readonly Subscribed[]) {
  try {
    return verifyDelivery(
      body,
      headers,
      hooks.map(({ secret }) => secret),
      { toleranceSeconds: TOLERANCE_SECONDS },
    )
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    throw new z.errors.HaltedError(
      `An event was refused, as it cannot be shown to come from your hooks server: ${error.message} ` +
        'If its secret was replaced, turn the Zap off and on again.',
    )
  }
}

/** Zapier writes `Http-Webhook-Id` for `webhook-id`. */
function headersOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase().replace(/^http-/, ''), value]),
  )
}

/** Where Zapier's memory cannot be reached the event is let through: told twice is better than lost. */
async function isRepeat(z: ZObject, key: string): Promise<boolean> {
  try {
    if ((await z.cache.get(key)) !== null) return true
    // False says that another run for the same delivery wrote it meanwhile.
    return (await z.cache.set(key, true, TOLERANCE_SECONDS, ['auth'], true)) === false
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    z.console.error(`Zapier's memory could not be used, so a repeated delivery may not be noticed: ${why}`)
    return false
  }
}
