import type { Kysely } from 'kysely'
import type { Subscription, SubscriptionFilter, SubscriptionLimits } from '../contract/index.ts'
import type { Schema } from '../store/schema.ts'

type Db = Kysely<Schema>

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

const shown = (db: Db) => db.selectFrom('subscriptions').selectAll()
export type SubscriptionRow = Awaited<ReturnType<ReturnType<typeof shown>['execute']>>[number]

/** A subscription as it is shown: without its secret. */
export function showSubscription(row: SubscriptionRow): Subscription {
  const { status } = row
  return {
    id: row.id,
    target_url: row.target_url,
    event: row.event,
    filter: JSON.parse(row.filter) as SubscriptionFilter,
    once: row.once === 1,
    account: row.account,
    description: row.description,
    limits: JSON.parse(row.limits) as SubscriptionLimits,
    status: status === 'used' ? 'ended' : status,
    paused: status === 'paused',
    reason: row.reason,
    health: row.probe_at === null ? 'ok' : 'failing',
    failing_since: iso(row.failing_since),
    last_success_at: iso(row.last_success_at),
    last_failure_at: iso(row.last_failure_at),
    last_error: row.last_error,
    expires_at: iso(row.expires_at),
    created_at: new Date(row.created_at).toISOString(),
  }
}

/** Subscriptions, newest first; those that have ended only if asked for. */
export async function listSubscriptions(db: Db, { ended = false } = {}): Promise<SubscriptionRow[]> {
  let select = shown(db).orderBy('created_at', 'desc').orderBy('id')
  if (!ended) select = select.where('status', 'not in', ['ended', 'used'])
  return select.execute()
}

export async function findSubscription(db: Db, id: string): Promise<SubscriptionRow | undefined> {
  return shown(db).where('id', '=', id).executeTakeFirst()
}
