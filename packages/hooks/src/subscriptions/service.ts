import type { Clock } from '@movoice-kit/core/engine'
import type {
  SubscribeInput,
  SubscriptionFilter,
  SubscriptionLimits,
  UpdateSubscriptionInput,
} from '../contract/index.ts'
import { endSubscription, releaseHeld } from '../delivery/endpoint-state.ts'
import type { AddressPolicy } from '../guard/policy.ts'
import { targetProblem } from '../guard/target.ts'
import { InvalidInput } from '../http/problems.ts'
import { newSecret, newSubscriptionId } from '../ids.ts'
import type { Database } from '../store/database.ts'
import { touchSubscriptions } from './snapshot.ts'
import { findSubscription, type SubscriptionRow } from './store.ts'

const OLD_SECRET_MS = 24 * 3_600_000

/** Makes, changes and ends subscriptions. */
export class Subscriptions {
  readonly #database: Database
  readonly #clock: Clock
  readonly #policy: AddressPolicy
  readonly #onChange: () => void

  /** @param onChange told when something about a subscription that deliveries go by is no longer as it was */
  constructor(database: Database, clock: Clock, policy: AddressPolicy, onChange: () => void) {
    this.#onChange = onChange
    this.#database = database
    this.#clock = clock
    this.#policy = policy
  }

  /** @throws {@link InvalidInput} if the target is none that deliveries may go to */
  async create(input: SubscribeInput): Promise<SubscriptionRow> {
    const problem = targetProblem(input.target_url, this.#policy)
    if (problem !== undefined) throw new InvalidInput('target_url', problem)
    const now = this.#clock.now()
    const expires_at = readExpiry(input.expires_at, now)
    return this.#database.transaction(async (db) => {
      if (input.idempotency_key !== undefined) {
        const known = await db
          .selectFrom('subscriptions')
          .selectAll()
          .where('idempotency_key', '=', input.idempotency_key)
          .executeTakeFirst()
        if (known !== undefined) return known
      }
      const row = await db
        .insertInto('subscriptions')
        .values({
          id: newSubscriptionId(),
          target_url: input.target_url,
          event: input.event,
          filter: JSON.stringify(input.filter ?? {}),
          once: input.once === true ? 1 : 0,
          account: input.account ?? null,
          description: input.description ?? null,
          limits: JSON.stringify(input.limits ?? {}),
          idempotency_key: input.idempotency_key ?? null,
          expires_at,
          secret: newSecret(),
          status: 'active',
          created_at: now,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      await touchSubscriptions(db)
      return row
    })
  }

  /** Returns `undefined` if there is no such subscription, or it has ended. */
  async update(id: string, input: UpdateSubscriptionInput): Promise<SubscriptionRow | undefined> {
    const now = this.#clock.now()
    const expires_at = input.expires_at === undefined ? undefined : readExpiry(input.expires_at, now)
    const after = await this.#database.transaction(async (db) => {
      const before = await findSubscription(db, id)
      if (before === undefined || before.status === 'ended' || before.status === 'used') return undefined
      const resumes = input.paused === false && before.status !== 'active'
      await db
        .updateTable('subscriptions')
        .set({
          ...(input.paused === true && { status: 'paused' as const, reason: 'Paused by its owner.' }),
          ...(resumes && {
            status: 'active' as const,
            reason: null,
            failures: 0,
            failing_since: null,
            probe_at: null,
            hold_until: null,
          }),
          ...(input.filter !== undefined && {
            filter: JSON.stringify((input.filter ?? {}) satisfies SubscriptionFilter),
          }),
          ...(input.limits !== undefined && {
            limits: JSON.stringify(input.limits satisfies SubscriptionLimits),
          }),
          ...(input.description !== undefined && { description: input.description }),
          ...(expires_at !== undefined && { expires_at }),
          // A change of nothing is still a valid statement.
          target_url: before.target_url,
        })
        .where('id', '=', id)
        .execute()
      if (resumes) await releaseHeld(db, id, now)
      await touchSubscriptions(db)
      return findSubscription(db, id)
    })
    this.#onChange()
    return after
  }

  /** Ends a subscription. Returns `false` if there is none. */
  async end(id: string): Promise<boolean> {
    const ended = await this.#database.transaction((db) => endSubscription(db, id, 'Unsubscribed.'))
    if (ended) this.#onChange()
    return ended
  }

  /** Gives a subscription another secret; for a day, deliveries are signed with both. */
  async rotateSecret(id: string): Promise<SubscriptionRow | undefined> {
    const now = this.#clock.now()
    const after = await this.#database.transaction(async (db) => {
      const before = await findSubscription(db, id)
      if (before === undefined || before.status === 'ended') return undefined
      const row = await db
        .updateTable('subscriptions')
        .set({ secret: newSecret(), old_secret: before.secret, old_secret_until: now + OLD_SECRET_MS })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      await touchSubscriptions(db)
      return row
    })
    this.#onChange()
    return after
  }
}

function readExpiry(value: string | number | null | undefined, now: number): number | null {
  if (value === null || value === undefined) return null
  const at = typeof value === 'number' ? Math.round(value * 1000) : Date.parse(value)
  if (Number.isNaN(at)) throw new InvalidInput('expires_at', 'must be a time in ISO 8601 or Unix seconds')
  if (at <= now) throw new InvalidInput('expires_at', 'must lie in the future')
  if (at > 8.64e15) throw new InvalidInput('expires_at', 'must be Unix seconds, this looks like milliseconds')
  return at
}
