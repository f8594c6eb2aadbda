import type { Insertable, Selectable, Transaction } from 'kysely'
import type { Call, CallState, Draft, Failure, Request, Result } from '../calls/model.ts'
import type { Question, Verdict } from '../guards/judge.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

const DAY = 86_400_000
const MINUTE = 60_000
/** Longer than a request to Movoice with all its attempts and look-ups may take. */
export const LEASE = 300_000
/** Nobody was called, so it counts for no quota. */
const NOT_CALLED = ['refused', 'not_placed']

export interface Facts {
  readonly used: { readonly person: number; readonly workspace: number }
  readonly doNotCall: ReadonlySet<string>
  /** Seconds since a number was called, if that was in the last minute. */
  readonly recent: ReadonlyMap<string, number>
}

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

  constructor(database: Database) {
    this.#database = database
  }

  /** Keeps a question; the same claim again gives the one that is there. */
  async keepDraft(draft: Draft, claim: string): Promise<{ readonly draft: Draft; readonly isNew: boolean }> {
    const { db } = this.#database
    const { id, team, generation, answered, createdAt, ...data } = draft
    const made = await db
      .insertInto('drafts')
      .values({
        id,
        team,
        claim,
        data: JSON.stringify(data),
        generation,
        answered: JSON.stringify(answered),
        created_at: createdAt,
      })
      .onConflict((conflict) => conflict.column('claim').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (made !== undefined) return { draft, isNew: true }
    const row = await db.selectFrom('drafts').selectAll().where('claim', '=', claim).executeTakeFirstOrThrow()
    return { draft: draftOf(row), isNew: false }
  }

  async draft(id: string, team: string): Promise<Draft | undefined> {
    const row = await this.#database.db
      .selectFrom('drafts')
      .selectAll()
      .where('id', '=', id)
      .where('team', '=', team)
      .executeTakeFirst()
    return row && draftOf(row)
  }

  /** Asks again: one more answer is noted, and answers to the old asking count no more. False if somebody was faster. */
  async askAgain(draft: Draft, answered: readonly Question[]): Promise<Draft | undefined> {
    const row = await this.#database.db
      .updateTable('drafts')
      .set({ generation: draft.generation + 1, answered: JSON.stringify(answered) })
      .where('id', '=', draft.id)
      .where('generation', '=', draft.generation)
      .returningAll()
      .executeTakeFirst()
    return row && draftOf(row)
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
      if (there !== undefined) return { kind: 'taken', call: callOf(there) }
      const verdict = input.judge(await facts(tx, draft.team, draft.user, [draft.request.phone], now))
      if (verdict.kind !== 'allow') return { kind: 'verdict', verdict }
      const row = await tx
        .insertInto('calls')
        .values(newRow({ ...input, request: draft.request, batchId: null, state: 'claimed' }))
        .returningAll()
        .executeTakeFirstOrThrow()
      return { kind: 'claimed', call: callOf(row) }
    })
  }

  async facts(team: string, user: string, phones: readonly string[], now: number): Promise<Facts> {
    return this.#database.alone(team, (tx) => facts(tx, team, user, phones, now))
  }

  async byClaim(claim: string): Promise<Call | undefined> {
    return one(this.#database.db.selectFrom('calls').selectAll().where('claim', '=', claim))
  }

  async get(id: string, team: string): Promise<Call | undefined> {
    return one(
      this.#database.db.selectFrom('calls').selectAll().where('id', '=', id).where('team', '=', team),
    )
  }

  async byCallId(callId: string, team?: string): Promise<Call | undefined> {
    const query = this.#database.db.selectFrom('calls').selectAll().where('call_id', '=', callId)
    return one(team === undefined ? query : query.where('team', '=', team))
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
        ...(result !== undefined && { result: JSON.stringify(result) }),
        ...(failure !== undefined && { failure: failure === null ? null : JSON.stringify(failure) }),
        ...(actions !== undefined && { actions: JSON.stringify(actions) }),
        ...(told !== undefined && { told }),
        ...(endedAt !== undefined && { ended_at: endedAt }),
      }))
      .where('id', '=', id)
    if (from !== undefined) query = query.where('state', 'in', [...from])
    const row = await query.returningAll().executeTakeFirst()
    return row && callOf(row)
  }

  async shown(id: string, revision: number): Promise<void> {
    await this.#database.db
      .updateTable('calls')
      .set({ shown_revision: revision })
      .where('id', '=', id)
      .where('shown_revision', '<', revision)
      .execute()
  }

  /** Takes the right to tell the thread; true for one asker only, ever. */
  async takeTelling(id: string, now: number): Promise<boolean> {
    const row = await this.#database.db
      .updateTable('calls')
      .set({ told: 'posting', updated_at: now })
      .where('id', '=', id)
      .where('told', '=', 'no')
      .returning('id')
      .executeTakeFirst()
    return row !== undefined
  }

  /** Calls that wait for something: an end, a summary, a card to be brought up to date. */
  async waiting(now: number, limit = 500): Promise<Call[]> {
    const rows = await this.#database.db
      .selectFrom('calls')
      .selectAll()
      .where((where) =>
        where.or([
          where('state', 'in', ['placed', 'scheduled', 'active']),
          where.and([
            where('state', 'in', ['completed', 'failed']),
            where('told', '=', 'no'),
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
      .limit(limit)
      .execute()
    return rows.map(callOf)
  }

  /** Calls that a process left while it was placing them. */
  async abandoned(now: number, all: boolean): Promise<Call[]> {
    const query = this.#database.db
      .selectFrom('calls')
      .selectAll()
      .where('state', 'in', ['claimed', 'sending'])
      .where('batch_id', 'is', null)
    const rows = await (all ? query : query.where('lease_until', '<', now)).limit(500).execute()
    return rows.map(callOf)
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
    return { calls: rows.map(callOf), count: Number(count) }
  }

  async byBatch(batchId: string): Promise<Call[]> {
    const rows = await this.#database.db
      .selectFrom('calls')
      .selectAll()
      .where('batch_id', '=', batchId)
      .orderBy('id')
      .execute()
    return rows.map(callOf)
  }

  /** True for the first who says so, for ever after false: how one request of Slack's is handled once. */
  async firstTime(claim: string, now: number): Promise<boolean> {
    const row = await this.#database.db
      .insertInto('seen')
      .values({ claim, at: now })
      .onConflict((conflict) => conflict.column('claim').doNothing())
      .returning('claim')
      .executeTakeFirst()
    return row !== undefined
  }

  /** Keeps an event; false if it is there already. */
  async keepEvent(id: string, callId: string, body: unknown, now: number): Promise<boolean> {
    const row = await this.#database.db
      .insertInto('events')
      .values({ id, call_id: callId, body: JSON.stringify(body), at: now })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst()
    return row !== undefined
  }

  async eventsOf(callId: string): Promise<unknown[]> {
    const rows = await this.#database.db
      .selectFrom('events')
      .select('body')
      .where('call_id', '=', callId)
      .orderBy('at')
      .execute()
    return rows.map((row) => JSON.parse(row.body) as unknown)
  }

  /** Forgets what only had to be known for a while. */
  async tidy(now: number): Promise<void> {
    const { db } = this.#database
    await db
      .deleteFrom('seen')
      .where('at', '<', now - 7 * DAY)
      .execute()
    await db
      .deleteFrom('events')
      .where('at', '<', now - 7 * DAY)
      .execute()
    for (const table of ['drafts', 'edits'] as const)
      await db
        .deleteFrom(table)
        .where('created_at', '<', now - 7 * DAY)
        .execute()
  }
}

async function one(query: {
  executeTakeFirst(): Promise<Selectable<Tables['calls']> | undefined>
}): Promise<Call | undefined> {
  const row = await query.executeTakeFirst()
  return row && callOf(row)
}

export async function facts(
  tx: Transaction<Tables>,
  team: string,
  user: string,
  phones: readonly string[],
  now: number,
): Promise<Facts> {
  const day = tx
    .selectFrom('calls')
    .where('team', '=', team)
    .where('created_at', '>', now - DAY)
    .where('state', 'not in', NOT_CALLED)
  const counted = await day
    .select((the) => [
      the.fn.countAll<number>().as('workspace'),
      the.fn.sum<number | null>(the.case().when('user_id', '=', user).then(1).else(0).end()).as('person'),
    ])
    .executeTakeFirstOrThrow()
  const listed: string[] = []
  const recent = new Map<string, number>()
  // In parts, because a database takes only so many parameters.
  for (let at = 0; at < phones.length; at += 500) {
    const part = phones.slice(at, at + 500)
    const onList = await tx
      .selectFrom('do_not_call')
      .select('phone')
      .where('team', '=', team)
      .where('phone', 'in', part)
      .execute()
    listed.push(...onList.map(({ phone }) => phone))
    const called = await tx
      .selectFrom('calls')
      .select(['phone', (the) => the.fn.max('created_at').as('at')])
      .where('team', '=', team)
      .where('phone', 'in', part)
      .where('created_at', '>', now - MINUTE)
      .where('state', 'not in', NOT_CALLED)
      .groupBy('phone')
      .execute()
    for (const { phone, at: time } of called)
      recent.set(phone, Math.max(0, Math.round((now - Number(time)) / 1000)))
  }
  return {
    used: { person: Number(counted.person ?? 0), workspace: Number(counted.workspace) },
    doNotCall: new Set(listed),
    recent,
  }
}

interface NewRow {
  readonly id: string
  readonly claim: string
  readonly draft: ClaimInput['draft']
  readonly request: Request
  readonly batchId: string | null
  readonly state: CallState
  readonly now: number
}

export function newRow({
  id,
  claim,
  draft,
  request,
  batchId,
  state,
  now,
}: NewRow): Insertable<Tables['calls']> {
  const { team, user, entry, channel, threadTs } = draft
  return {
    id,
    claim,
    team,
    user_id: user,
    phone: request.phone,
    state,
    call_id: null,
    batch_id: batchId,
    data: JSON.stringify({ entry, request, channel, threadTs }),
    card_ts: null,
    card_channel: null,
    result: null,
    failure: null,
    actions: '[]',
    revision: 1,
    shown_revision: 0,
    told: batchId === null ? 'no' : 'yes',
    lease_until: now + LEASE,
    created_at: now,
    ended_at: null,
    updated_at: now,
  }
}

export function callOf(row: Selectable<Tables['calls']>): Call {
  const data = JSON.parse(row.data) as Pick<Call, 'entry' | 'request' | 'channel' | 'threadTs'>
  return {
    id: row.id,
    team: row.team,
    user: row.user_id,
    entry: data.entry,
    request: data.request,
    state: row.state as CallState,
    callId: row.call_id,
    channel: row.card_channel ?? data.channel,
    cardTs: row.card_ts,
    threadTs: data.threadTs,
    result: row.result === null ? null : (JSON.parse(row.result) as Result),
    failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    actions: JSON.parse(row.actions) as string[],
    revision: row.revision,
    shownRevision: row.shown_revision,
    told: row.told as Call['told'],
    batchId: row.batch_id,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }
}

function draftOf(row: Selectable<Tables['drafts']>): Draft {
  const data = JSON.parse(row.data) as Omit<Draft, 'id' | 'team' | 'generation' | 'answered' | 'createdAt'>
  return {
    id: row.id,
    team: row.team,
    ...data,
    generation: row.generation,
    answered: JSON.parse(row.answered) as Question[],
    createdAt: row.created_at,
  }
}
