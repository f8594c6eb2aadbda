import type { Batch, BatchCounts, BatchRequest, BatchState } from '../calls/batch-model.ts'
import type { Call, CallState } from '../calls/model.ts'
import type { Verdict } from '../guards/judge.ts'
import { batchOf } from './batch-rows.ts'
import { callOf, newRow } from './call-rows.ts'
import type { Database } from './database.ts'
import { type Facts, facts } from './facts.ts'
import type { Vault } from './vault.ts'

type Change = Partial<Pick<Batch, 'state' | 'batchId' | 'cardTs' | 'channel' | 'failure'>>
export type BatchClaim =
  | { readonly kind: 'claimed'; readonly batch: Batch }
  | { readonly kind: 'taken' }
  | { readonly kind: 'verdict'; readonly verdict: Exclude<Verdict, { kind: 'allow' }> }

const PARTS = 100

/** Batches; each of their rows is a call in the calls' own table, so that quotas and lists know of it. */
export class BatchStore {
  readonly #database: Database
  readonly #vault: Vault

  constructor(database: Database, vault: Vault) {
    this.#database = database
    this.#vault = vault
  }

  /** Keeps a preview; the same claim again replaces what was previewed, unless it was answered. */
  async keep(
    batch: Omit<Batch, 'state' | 'batchId' | 'cardTs' | 'failure'>,
    claim: string,
  ): Promise<Batch | undefined> {
    const { id, team, user, channel, request, createdAt } = batch
    const data = this.#sealed(claim, channel, request)
    const row = await this.#database.db
      .insertInto('batches')
      .values({
        id,
        claim,
        team,
        user_id: user,
        state: 'draft',
        batch_id: null,
        data,
        card_ts: null,
        card_channel: null,
        failure: null,
        shown: '',
        created_at: createdAt,
      })
      .onConflict((conflict) =>
        conflict.column('claim').doUpdateSet({ data }).where('batches.state', '=', 'draft'),
      )
      .returningAll()
      .executeTakeFirst()
    return row && batchOf(this.#vault, row)
  }

  /** Another preview in place of the one that was shown; `undefined` if that was answered. */
  async replace(
    id: string,
    team: string,
    channel: string | null,
    request: BatchRequest,
  ): Promise<Batch | undefined> {
    return this.#database.alone(team, async (tx) => {
      const there = await tx
        .selectFrom('batches')
        .select('claim')
        .where('id', '=', id)
        .where('state', '=', 'draft')
        .executeTakeFirst()
      if (there === undefined) return undefined
      const row = await tx
        .updateTable('batches')
        .set({ data: this.#sealed(there.claim, channel, request) })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      return row && batchOf(this.#vault, row)
    })
  }

  async byBatchId(batchId: string, team: string): Promise<Batch | undefined> {
    const row = await this.#database.db
      .selectFrom('batches')
      .selectAll()
      .where('batch_id', '=', batchId)
      .where('team', '=', team)
      .executeTakeFirst()
    return row && batchOf(this.#vault, row)
  }

  async get(id: string, team: string): Promise<Batch | undefined> {
    const row = await this.#database.db
      .selectFrom('batches')
      .selectAll()
      .where('id', '=', id)
      .where('team', '=', team)
      .executeTakeFirst()
    return row && batchOf(this.#vault, row)
  }

  /** Takes the right to place a batch and stores a call for each row; once only. */
  async claim(
    batch: Batch,
    user: string,
    now: number,
    judge: (facts: Facts) => Verdict,
  ): Promise<BatchClaim> {
    const { request, channel } = batch
    const { rows, agentId, agentName, scheduleAt } = request
    return this.#database.alone(batch.team, async (tx) => {
      const phones = rows.map(({ phone }) => phone)
      const there = await tx
        .selectFrom('batches')
        .select(['state', 'claim'])
        .where('id', '=', batch.id)
        .executeTakeFirst()
      if (there?.state !== 'draft') return { kind: 'taken' }
      const verdict = judge(await facts(tx, this.#vault, batch.team, user, phones, now))
      if (verdict.kind !== 'allow') return { kind: 'verdict', verdict }
      const row = await tx
        .updateTable('batches')
        .set({
          state: 'claimed',
          user_id: user,
          created_at: now,
          data: this.#sealed(there.claim, channel, request),
        })
        .where('id', '=', batch.id)
        .returningAll()
        .executeTakeFirstOrThrow()
      const calls = rows.map(({ row: line, phone, variables }) =>
        newRow(this.#vault, {
          id: `${batch.id}_${String(line).padStart(5, '0')}`,
          claim: `batch:${batch.id}:${line}`,
          draft: {
            team: batch.team,
            user,
            channel: batch.channel,
            threadTs: null,
            entry: 'batch',
            request: { phone, agentId, agentName, variables },
          },
          request: { phone, agentId, agentName, variables, scheduleAt },
          batchId: batch.id,
          state: 'claimed',
          now,
        }),
      )
      for (let at = 0; at < calls.length; at += PARTS)
        await tx
          .insertInto('calls')
          .values(calls.slice(at, at + PARTS))
          .execute()
      return { kind: 'claimed', batch: batchOf(this.#vault, row) }
    })
  }

  async change(id: string, change: Change, from?: readonly BatchState[]): Promise<Batch | undefined> {
    const { state, batchId, cardTs, channel, failure } = change
    let query = this.#database.db
      .updateTable('batches')
      .set({
        ...(state !== undefined && { state }),
        ...(batchId !== undefined && { batch_id: batchId }),
        ...(cardTs !== undefined && { card_ts: cardTs }),
        ...(channel !== undefined && { card_channel: channel }),
        ...(failure !== undefined && { failure: failure === null ? null : JSON.stringify(failure) }),
      })
      .where('id', '=', id)
    if (from !== undefined) query = query.where('state', 'in', [...from])
    const row = await query.returningAll().executeTakeFirst()
    return row && batchOf(this.#vault, row)
  }

  /** Moves the rows of a batch on together. */
  async changeRows(id: string, state: CallState, now: number): Promise<void> {
    await this.#database.db
      .updateTable('calls')
      .set({ state, updated_at: now })
      .where('batch_id', '=', id)
      .where('state', 'in', ['claimed', 'sending'])
      .execute()
  }

  /** Gives a row the id of its call in Movoice, unless it has one, or another row has this. */
  async bind(rowId: string, callId: string): Promise<void> {
    const { db } = this.#database
    const others = db.selectFrom('calls').select('id').where('call_id', '=', callId)
    await db
      .updateTable('calls')
      .set({ call_id: callId })
      .where('id', '=', rowId)
      .where('call_id', 'is', null)
      .where((where) => where.not(where.exists(others)))
      .execute()
    // A row whose call is found is placed, whatever was thought of it.
    await this.#database.db
      .updateTable('calls')
      .set({ state: 'placed' })
      .where('id', '=', rowId)
      .where('call_id', '=', callId)
      .where('state', 'in', ['claimed', 'sending', 'unknown'])
      .execute()
  }

  /** Rows of placed batches with this number whose call is not known yet. */
  async unbound(team: string, phone: string): Promise<Call[]> {
    const rows = await this.#database.db
      .selectFrom('calls')
      .selectAll()
      .where('team', '=', team)
      .where('phone', 'in', [...this.#vault.tags(team, phone)])
      .where('batch_id', 'is not', null)
      .where('call_id', 'is', null)
      .where('state', 'in', ['placed', 'unknown'])
      .orderBy('created_at')
      .limit(20)
      .execute()
    return rows.map((row) => callOf(this.#vault, row))
  }

  /** Whether a call outside of batches to this number waits to know its own id: what is found could be that one. */
  async isContended(team: string, phone: string): Promise<boolean> {
    const row = await this.#database.db
      .selectFrom('calls')
      .select('id')
      .where('team', '=', team)
      .where('phone', 'in', [...this.#vault.tags(team, phone)])
      .where('batch_id', 'is', null)
      .where('call_id', 'is', null)
      .where('state', 'in', ['claimed', 'sending', 'unknown'])
      .executeTakeFirst()
    return row !== undefined
  }

  async inState(...states: BatchState[]): Promise<Batch[]> {
    const rows = await this.#database.db
      .selectFrom('batches')
      .selectAll()
      .where('state', 'in', states)
      .execute()
    return rows.map((row) => batchOf(this.#vault, row))
  }

  async counts(id: string): Promise<BatchCounts> {
    const rows = await this.#database.db
      .selectFrom('calls')
      .select([
        'state',
        (the) => the.fn.countAll<number>().as('count'),
        (the) => the.fn.count<number>('call_id').as('found'),
      ])
      .where('batch_id', '=', id)
      .groupBy('state')
      .execute()
    const of = (...states: string[]) =>
      rows.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + Number(count), 0)
    return {
      count: rows.reduce((sum, { count }) => sum + Number(count), 0),
      found: rows.reduce((sum, { found }) => sum + Number(found), 0),
      completed: of('completed'),
      failed: of('failed'),
    }
  }

  /** What the card shows. */
  async shown(id: string): Promise<string | undefined> {
    const row = await this.#database.db
      .selectFrom('batches')
      .select('shown')
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.shown
  }

  /** Notes what the card shows. */
  async show(id: string, shown: string): Promise<void> {
    await this.#database.db.updateTable('batches').set({ shown }).where('id', '=', id).execute()
  }

  /** When the last of its calls was over, as far as it is known. */
  async lastEnd(id: string): Promise<number> {
    const { at } = await this.#database.db
      .selectFrom('calls')
      .select((the) => the.fn.max('ended_at').as('at'))
      .where('batch_id', '=', id)
      .executeTakeFirstOrThrow()
    return Number(at ?? 0)
  }

  /** Does something for a batch that no other process does at the same time. */
  alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.#database.exclusive(`batch ${id}`, work)
  }

  #sealed(claim: string, channel: string | null, request: BatchRequest): string {
    return this.#vault.seal(JSON.stringify({ channel, request }), `batch:${claim}`)
  }
}
