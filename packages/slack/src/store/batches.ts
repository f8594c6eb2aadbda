import type { Selectable } from 'kysely'
import type { Batch, BatchRequest, BatchState } from '../calls/batch-model.ts'
import type { CallState, Failure } from '../calls/model.ts'
import type { Verdict } from '../guards/judge.ts'
import { newRow } from './call-rows.ts'
import type { Database } from './database.ts'
import { type Facts, facts } from './facts.ts'
import type { Tables } from './schema.ts'
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
    const data = this.#vault.seal(JSON.stringify({ channel, request }), `batch:${claim}`)
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
    const { rows, agentId, agentName, scheduleAt } = batch.request
    return this.#database.alone(batch.team, async (tx) => {
      const phones = rows.map(({ phone }) => phone)
      const there = await tx
        .selectFrom('batches')
        .select('state')
        .where('id', '=', batch.id)
        .executeTakeFirst()
      if (there?.state !== 'draft') return { kind: 'taken' }
      const verdict = judge(await facts(tx, this.#vault, batch.team, user, phones, now))
      if (verdict.kind !== 'allow') return { kind: 'verdict', verdict }
      const row = await tx
        .updateTable('batches')
        .set({ state: 'claimed', user_id: user, created_at: now })
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

  /** Gives a row the id of its call in Movoice; false if another has it. */
  async bind(rowId: string, callId: string): Promise<void> {
    await this.#database.db
      .updateTable('calls')
      .set({ call_id: callId })
      .where('id', '=', rowId)
      .where('call_id', 'is', null)
      .execute()
  }

  async inState(...states: BatchState[]): Promise<Batch[]> {
    const rows = await this.#database.db
      .selectFrom('batches')
      .selectAll()
      .where('state', 'in', states)
      .execute()
    return rows.map((row) => batchOf(this.#vault, row))
  }

  async counts(
    id: string,
  ): Promise<{ readonly count: number; readonly completed: number; readonly failed: number }> {
    const rows = await this.#database.db
      .selectFrom('calls')
      .select(['state', (the) => the.fn.countAll<number>().as('count')])
      .where('batch_id', '=', id)
      .groupBy('state')
      .execute()
    const of = (...states: string[]) =>
      rows.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + Number(count), 0)
    return {
      count: rows.reduce((sum, { count }) => sum + Number(count), 0),
      completed: of('completed'),
      failed: of('failed'),
    }
  }

  /** Notes what the card shows; false if it shows that already. */
  async showing(id: string, shown: string): Promise<boolean> {
    const row = await this.#database.db
      .updateTable('batches')
      .set({ shown })
      .where('id', '=', id)
      .where('shown', '<>', shown)
      .returning('id')
      .executeTakeFirst()
    return row !== undefined
  }
}

function batchOf(vault: Vault, row: Selectable<Tables['batches']>): Batch {
  const data = JSON.parse(vault.open(row.data, `batch:${row.claim}`)) as {
    channel: string | null
    request: BatchRequest
  }
  return {
    id: row.id,
    team: row.team,
    user: row.user_id,
    channel: row.card_channel ?? data.channel,
    cardTs: row.card_ts,
    state: row.state as BatchState,
    batchId: row.batch_id,
    request: data.request,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    createdAt: row.created_at,
  }
}
