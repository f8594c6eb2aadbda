import type { Kysely } from 'kysely'
import type { SubscriptionFilter, SubscriptionLimits } from '../contract/index.ts'
import type { Schema, SubscriptionStatus } from '../store/schema.ts'

/** A subscription as matching and delivering need it. */
export interface LiveSubscription {
  readonly id: string
  readonly target_url: string
  readonly event: string
  readonly filter: SubscriptionFilter
  readonly once: boolean
  readonly account: string | null
  readonly limits: SubscriptionLimits
  readonly expires_at: number | null
  readonly secret: string
  readonly old_secret: string | null
  readonly old_secret_until: number | null
  readonly status: SubscriptionStatus
  readonly probe_at: number | null
  readonly hold_until: number | null
}

const VERSION = 'subscriptions_version'

/** Tells every process that subscriptions changed. Belongs into the transaction that changes them. */
export async function touchSubscriptions(db: Kysely<Schema>): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key: VERSION, value: '1' })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => ({
        value: eb.cast<string>(eb(eb.cast<number>('meta.value', 'bigint'), '+', 1), 'text'),
      })),
    )
    .execute()
}

type View = ReadonlyMap<string, LiveSubscription>

/** Every subscription that has not ended, kept in memory and read anew only when one changed anywhere. */
export class Snapshot {
  #version = -1
  #latest: View = new Map()

  /**
   * As of this moment, in the view of the given transaction: what is returned stays as it is, whoever else
   * refreshes meanwhile.
   */
  async refresh(db: Kysely<Schema>): Promise<View> {
    const row = await db.selectFrom('meta').select('value').where('key', '=', VERSION).executeTakeFirst()
    const version = Number(row?.value ?? 0)
    if (version === this.#version) return this.#latest
    const rows = await db
      .selectFrom('subscriptions')
      .select(['id', 'target_url', 'event', 'filter', 'once', 'account', 'limits', 'expires_at', 'secret'])
      .select(['old_secret', 'old_secret_until', 'status', 'probe_at', 'hold_until'])
      .where('status', '<>', 'ended')
      .execute()
    const view: View = new Map(
      rows.map((one) => [
        one.id,
        {
          ...one,
          once: one.once === 1,
          filter: JSON.parse(one.filter) as SubscriptionFilter,
          limits: JSON.parse(one.limits) as SubscriptionLimits,
        },
      ]),
    )
    // A transaction that began earlier may end its reading later.
    if (version > this.#version) {
      this.#version = version
      this.#latest = view
    }
    return view
  }

  get(id: string): LiveSubscription | undefined {
    return this.#latest.get(id)
  }
}
