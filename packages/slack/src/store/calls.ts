import type { Selectable } from 'kysely'
import type { Call, CallState, Draft } from '../calls/model.ts'
import type { Verdict } from '../guards/judge.ts'
import { callOf, LEASE, newRow } from './call-rows.ts'
import type { Database } from './database.ts'
import { type Facts, facts } from './facts.ts'
import type { Tables } from './schema.ts'
import type { Vault } from './vault.ts'

const DAY = 86_400_000
/** Longer than a request to Slack may take. */
const TELLING = 30_000

export interface ClaimInput {
  readonly id: string
  /** What the call answers to: never more than one call for the same. */
  readonly claim: string
  readonly draft: Omit<Draft, 'id' | 'generation' | 'answered' | 'createdAt'>
  readonly now: number
  readonly judge: (facts: Facts) => Verdict
}

export type Claimed =
  | { readonly kind: 'claimed'; readonly call: Call }
  | { readonly kind: 'taken'; readonly call: Call }
  | { readonly kind: 'verdict'; readonly verdict: Exclude<Verdict, { kind: 'allow' }> }

type Change = Partial<
  Pick<
    Call,
    'state' | 'callId' | 'cardTs' | 'channel' | 'result' | 'failure' | 'actions' | 'told' | 'endedAt'
  >
>

/** Calls and the questions before them. */
export class CallStore {
  readonly #database: Database
  readonly #vault: Vault

  constructor(database: Database, vault: Vault) {
    this.#database = database
    this.#vault = vault
  }

  /**
   * Takes the right to place one call, if the judge allows it: what the judge is told stays true until the call is
   * stored, so no two clicks share the last of a quota.
   */
  async claim(input: ClaimInput): Promise<Claimed> {
    const { draft, now } = input
    return this.#database.alone(draft.team, async (tx) => {
      const there = await tx
        .selectFrom('calls')
        .selectAll()
        .where('claim', '=', input.claim)
        .executeTakeFirst()
      if (there !== undefined) return { kind: 'taken', call: callOf(this.#vault, there) }
      const verdict = input.judge(
        await facts(tx, this.#vault, draft.team, draft.user, [draft.request.phone], now),
      )
      if (verdict.kind !== 'allow') return { kind: 'verdict', verdict }
      const row = await tx
        .insertInto('calls')
        .values(newRow(this.#vault, { ...input, request: draft.request, batchId: null, state: 'claimed' }))
        .returningAll()
        .executeTakeFirstOrThrow()
      return { kind: 'claimed', call: callOf(this.#vault, row) }
    })
  }

  async facts(team: string, user: string, phones: readonly string[], now: number): Promise<Facts> {
    return this.#database.alone(team, (tx) => facts(tx, this.#vault, team, user, phones, now))
  }

  async byClaim(claim: string): Promise<Call | undefined> {
    return this.#one(this.#database.db.selectFrom('calls').selectAll().where('claim', '=', claim))
  }

  async get(id: string, team: string): Promise<Call | undefined> {
    return this.#one(
      this.#database.db.selectFrom('calls').selectAll().where('id', '=', id).where('team', '=', team),
    )
  }

  async byCallId(callId: string, team?: string): Promise<Call | undefined> {
    const query = this.#database.db.selectFrom('calls').selectAll().where('call_id', '=', callId)
    return this.#one(team === undefined ? query : query.where('team', '=', team))
  }

  /** Whether an event of a call is of any use: its call is here, or one that may be it has no id of Movoice's yet. */
  async isAwaited(callId: string, now: number): Promise<boolean> {
    const row = await this.#database.db
      .selectFrom('calls')
      .select('id')
      .where((where) =>
        where.or([
          where('call_id', '=', callId),
          where.and([
            where('call_id', 'is', null),
            where('state', 'in', ['claimed', 'sending', 'placed', 'scheduled', 'unknown']),
            where('updated_at', '>', now - DAY),
          ]),
        ]),
      )
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  /**
   * Changes a call, unless it is not in one of the states `from` any more; each change raises the revision that the
   * card is to show.
   */
  async change(
    id: string,
    change: Change,
    now: number,
    from?: readonly CallState[],
  ): Promise<Call | undefined> {
    const { state, callId, cardTs, channel, result, failure, actions, told, endedAt } = change
    const shows =
      state !== undefined || result !== undefined || failure !== undefined || actions !== undefined
    let query = this.#database.db
      .updateTable('calls')
      .set((the) => ({
        updated_at: now,
        ...(shows && { revision: the('revision', '+', 1) }),
        ...(state !== undefined && { state, lease_until: now + LEASE }),
        ...(callId !== undefined && { call_id: callId }),
        ...(cardTs !== undefined && { card_ts: cardTs }),
        ...(channel !== undefined && { card_channel: channel }),
        ...(result !== undefined && { result: this.#vault.seal(JSON.stringify(result), `result:${id}`) }),
        ...(failure !== undefined && { failure: failure === null ? null : JSON.stringify(failure) }),
        ...(actions !== undefined && { actions: JSON.stringify(actions) }),
        ...(told !== undefined && { told }),
        ...(endedAt !== undefined && { ended_at: endedAt }),
      }))
      .where('id', '=', id)
    if (from !== undefined) query = query.where('state', 'in', [...from])
    const row = await query.returningAll().executeTakeFirst()
    return row && callOf(this.#vault, row)
  }

  async shown(id: string, revision: number): Promise<void> {
    await this.#database.db
      .updateTable('calls')
      .set({ shown_revision: revision })
      .where('id', '=', id)
      .where('shown_revision', '<', revision)
      .execute()
  }

  /**
   * Takes the right to tell the thread. `first` for one asker only, ever; `again` for one at a time, after somebody
   * had the right and did not say what became of it.
   */
  async takeTelling(id: string, now: number): Promise<'first' | 'again' | undefined> {
    const { db } = this.#database
    const take = db
      .updateTable('calls')
      .set({ told: 'posting', lease_until: now + TELLING, updated_at: now })
      .where('id', '=', id)
      .returning('id')
    if ((await take.where('told', '=', 'no').executeTakeFirst()) !== undefined) return 'first'
    const again = take.where('told', '=', 'posting').where('lease_until', '<=', now)
    return (await again.executeTakeFirst()) === undefined ? undefined : 'again'
  }

  /**
   * Calls that wait for something: an end, a summary, a card to be brought up to date. All of them, as many wait for
   * long; but those of batches only once they are found, which is for the batches to do.
   */
  async waiting(now: number): Promise<Call[]> {
    const rows = await this.#database.db
      .selectFrom('calls')
      .selectAll()
      .where((where) => where.or([where('batch_id', 'is', null), where('call_id', 'is not', null)]))
      .where((where) =>
        where.or([
          where('state', 'in', ['placed', 'scheduled', 'active']),
          where.and([
            where('state', 'in', ['completed', 'failed']),
            where('told', '=', 'no'),
            where('ended_at', '>', now - 2 * DAY),
          ]),
          where.and([
            where('told', '=', 'posting'),
            where('lease_until', '<=', now),
            where('ended_at', '>', now - 2 * DAY),
          ]),
          where.and([
            where('card_ts', 'is not', null),
            where('shown_revision', '<', where.ref('revision')),
            where('updated_at', '>', now - DAY),
          ]),
        ]),
      )
      .orderBy('updated_at')
      .execute()
    return rows.map((row) => callOf(this.#vault, row))
  }

  /** Calls that a process left while it was placing them. */
  async abandoned(now: number, all: boolean): Promise<Call[]> {
    const query = this.#database.db
      .selectFrom('calls')
      .selectAll()
      .where('state', 'in', ['claimed', 'sending'])
      .where('batch_id', 'is', null)
    const rows = await (all ? query : query.where('lease_until', '<', now)).limit(500).execute()
    return rows.map((row) => callOf(this.#vault, row))
  }

  async byPerson(
    team: string,
    user: string,
    limit: number,
    offset = 0,
  ): Promise<{ readonly calls: Call[]; readonly count: number }> {
    const { db } = this.#database
    const mine = db.selectFrom('calls').where('team', '=', team).where('user_id', '=', user)
    const rows = await mine
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute()
    const { count } = await mine
      .select((the) => the.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return { calls: rows.map((row) => callOf(this.#vault, row)), count: Number(count) }
  }

  async byBatch(batchId: string): Promise<Call[]> {
    const rows = await this.#database.db
      .selectFrom('calls')
      .selectAll()
      .where('batch_id', '=', batchId)
      .orderBy('id')
      .execute()
    return rows.map((row) => callOf(this.#vault, row))
  }

  async #one(query: {
    executeTakeFirst(): Promise<Selectable<Tables['calls']> | undefined>
  }): Promise<Call | undefined> {
    const row = await query.executeTakeFirst()
    return row && callOf(this.#vault, row)
  }
}
