import { contentDigest } from '@movoice-kit/core/events'
import { HooksClient, type SubscriptionFilter } from '@movoice-kit/hooks/client'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { readConnection } from './connection.ts'
import { zapierTransport } from './transport.ts'

/** For one request: several may be needed before Zapier ends a step. */
const ATTEMPT_MS = 8_000

/** One subscription at the hooks server, as Zapier keeps it for us. */
export interface Subscribed {
  readonly id: string
  readonly event: string
  /** What its deliveries are signed with. */
  readonly secret: string
}

/** The connection's hooks server, or `undefined` if it has none. */
export function hooksOf(z: ZObject, bundle: Pick<Bundle, 'authData'>): HooksClient | undefined {
  const { hooks } = readConnection(z, bundle)
  if (hooks === undefined) return undefined
  return new HooksClient({ ...hooks, transport: zapierTransport(z), timeoutMs: ATTEMPT_MS })
}

/**
 * Subscribes a Zap's address to events, all or none: where one cannot be had, those made before are ended. Asked
 * again for the same address, as Zapier does after an answer it did not get, the server gives the same ones.
 */
export async function subscribe(
  hooks: HooksClient,
  targetUrl: string,
  events: readonly string[],
  filter: SubscriptionFilter | undefined,
): Promise<readonly Subscribed[]> {
  const made: Subscribed[] = []
  try {
    for (const event of events) {
      const { id, secret } = await hooks.subscribe({
        target_url: targetUrl,
        event,
        description: 'Zapier',
        limits: { preset: 'zapier' },
        idempotency_key: `zapier:${contentDigest({ targetUrl, event, filter: filter ?? null })}`,
        ...(filter !== undefined && { filter }),
      })
      made.push({ id, event, secret })
    }
    return made
  } catch (error) {
    // What cannot be ended now ends itself: Zapier answers 410 to an address that belongs to no Zap.
    await Promise.allSettled(made.map(({ id }) => hooks.unsubscribe(id)))
    throw error
  }
}

/** Ends subscriptions; one that is gone already is as good. Every one is tried before a failure is thrown. */
export async function unsubscribe(hooks: HooksClient, ids: readonly string[]): Promise<void> {
  const results = await Promise.allSettled(ids.map((id) => hooks.unsubscribe(id)))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
