import type { CallEvent } from '@movoice-kit/core/events'
import { batchCard, batchDone } from '../blocks/batch.ts'
import { judge, overQuota, questionsOf, type Refusal, type Verdict } from '../guards/judge.ts'
import type { BatchFile } from '../parse/batch-file.ts'
import { LEASE } from '../store/call-rows.ts'
import { type Batch, type BatchRequest, type BatchRow, isFollowed, type RejectedRow } from './batch-model.ts'
import { type Desk, wordsFor } from './desk.ts'
import { failureOf, stateAfter } from './failure.ts'
import { errorFields } from './log.ts'
import { type Call, dueAt, isPast } from './model.ts'
import { Paced } from './paced.ts'
import { directChannel, postMessage } from './posting.ts'
import type { Follower, Results } from './results.ts'

export type BatchAnswer =
  | { readonly kind: 'claimed'; readonly batch: Batch }
  | { readonly kind: 'taken' }
  /** The time it was to be placed at is past. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'verdict'; readonly verdict: Exclude<Verdict, { kind: 'allow' }> }
  /** Since the preview, a number may be called no more, or only after a yes: it is to be looked at again. */
  | { readonly kind: 'changed'; readonly batch: Batch }

/** Slack takes about one edit a second of one message. */
const PACE = 1000
/** After a stop of this process, a batch that was not sent yet is still placed if it is this young. */
const STILL_MEANT = 120_000
/** Between two looks for a batch whose answer was lost; after them, every sweep looks. */
const LOOKS = [0, 2000, 5000]
/** A batch that may have been placed is looked for this long after its time. */
const LOOKED_FOR = 48 * 3_600_000

/** Many calls at once: previewed, placed with one request, and followed to the last. */
export class Batches implements Follower {
  readonly #desk: Desk
  readonly #results: Results
  readonly #later: (work: Promise<unknown>) => void
  readonly #cards: Paced

  /** @param later takes work that goes on by itself */
  constructor(desk: Desk, results: Results, later: (work: Promise<unknown>) => void) {
    this.#desk = desk
    this.#results = results
    this.#later = later
    this.#cards = new Paced(desk.clock, PACE, (key) => this.#show(...(JSON.parse(key) as [string, string])))
    results.follow(this)
  }

  /** Parts the rows: those to be called, those that need a yes, and those that may not be called, each with why. */
  async sift(
    team: string,
    user: string,
    file: Extract<BatchFile, { kind: 'rows' }>,
    scheduleAt: number | undefined,
  ): Promise<Pick<BatchRequest, 'rows' | 'asking' | 'rejected'> & { readonly quota: Refusal | undefined }> {
    const { calls, clock, workspaces } = this.#desk
    const now = clock.now()
    const policy = await workspaces.policy(team)
    const at = dueAt({ scheduleAt }, now)
    const phones = file.rows.map(({ phone }) => phone)
    const facts = await calls.facts(team, user, phones, now)
    const rows: BatchRow[] = []
    const asking: BatchRow[] = []
    const rejected: RejectedRow[] = [...file.rejected]
    for (const { row, phone, variables } of file.rows) {
      const judged = questionsOf(phone, { policy, at, ...facts })
      if ('refusal' in judged) rejected.push({ row, text: phone, variables, why: `judge:${judged.refusal}` })
      else if (judged.questions.length === 0) rows.push({ row, phone, variables })
      else asking.push({ row, phone, variables, questions: judged.questions })
    }
    return {
      rows,
      asking,
      rejected: inOrder(rejected),
      quota: overQuota(policy, facts.used, rows.length),
    }
  }

  /**
   * Judges a batch as of now, for the person who sends it, and takes the right to place it.
   *
   * @param withAsking whether they said yes to the rows that need it
   */
  async answer(batch: Batch, user: string, withAsking: boolean): Promise<BatchAnswer> {
    const { batches, clock, people, workspaces } = this.#desk
    const now = clock.now()
    if (batch.state === 'draft' && isPast(batch.request, now)) return { kind: 'expired' }
    const policy = await workspaces.policy(batch.team)
    const who = await people.person(batch.team, user, policy.callers.groups)
    const at = dueAt(batch.request, now)
    const asking = batch.request.asking ?? []
    const isYes = withAsking && policy.batchQuestions
    const request: BatchRequest = {
      ...batch.request,
      rows: isYes ? inOrder([...batch.request.rows, ...asking]) : batch.request.rows,
      asking: [],
      rejected: isYes ? batch.request.rejected : inOrder([...batch.request.rejected, ...asking.map(unasked)]),
    }
    const phones = request.rows.map(({ phone }) => phone)
    const answeredFor = new Map(request.rows.map(({ phone, questions }) => [phone, questions ?? []]))
    const claimed = await batches.claim({ ...batch, request }, user, now, (facts) =>
      judge({ policy, who, channel: batch.channel, phones, at, ...facts, answered: [], answeredFor }),
    )
    if (claimed.kind === 'taken') return claimed
    await workspaces.log({
      team: batch.team,
      at: now,
      user,
      action: 'batch',
      entry: 'batch',
      channel: batch.channel,
      target: `${phones.length} numbers ${batch.request.agentId}`,
      verdict: claimed.kind === 'claimed' ? 'allow' : `${claimed.verdict.kind}: ${claimed.verdict.why}`,
      reference: batch.id,
    })
    if (claimed.kind !== 'verdict' || claimed.verdict.phone === undefined) return claimed
    const again = await this.#siftAgain(batch, user)
    return again === undefined ? { kind: 'taken' } : { kind: 'changed', batch: again }
  }

  async #siftAgain(batch: Batch, user: string): Promise<Batch | undefined> {
    const { rows, asking = [], rejected, scheduleAt } = batch.request
    const all = inOrder([...rows, ...asking])
    const { quota: _quota, ...sifted } = await this.sift(
      batch.team,
      user,
      { kind: 'rows', rows: all, rejected },
      scheduleAt,
    )
    return this.#desk.batches.replace(batch.id, batch.team, batch.channel, { ...batch.request, ...sifted })
  }

  /** Posts the card, then places the batch: one request, never sent twice. */
  async place(claimed: Batch): Promise<Batch> {
    const { batches, clock, log, newId } = this.#desk
    let batch = claimed
    const reference = newId().slice(0, 8)
    if (batch.cardTs === null) {
      try {
        batch = await this.#open(batch)
      } catch (error) {
        log.warn(
          { batch: batch.id, reference, ...errorFields(error) },
          'the card could not be posted, so no batch was placed',
        )
        await batches.changeRows(batch.id, 'not_placed', clock.now())
        return (
          (await batches.change(
            batch.id,
            { state: 'not_placed', failure: { ...failureOf(error, reference), name: 'card' } },
            ['claimed'],
          )) ?? batch
        )
      }
    }
    const sending = await batches.change(batch.id, { state: 'sending' }, ['claimed'])
    if (sending === undefined) return batch
    const { agentId, rows, scheduleAt, concurrency } = sending.request
    try {
      const movoice = await this.#desk.movoice(sending.team)
      const placed = await movoice.calls.createBatch({
        agent_id: agentId,
        recipients: rows.map(({ phone, variables }) => ({
          phone,
          ...(Object.keys(variables).length > 0 && { variables: { ...variables } }),
        })),
        ...(scheduleAt !== undefined && { schedule_at: scheduleAt }),
        ...(concurrency !== undefined && { concurrency }),
      })
      await batches.changeRows(sending.id, 'placed', clock.now())
      batch =
        (await batches.change(sending.id, { state: 'placed', batchId: placed.batch_id }, ['sending'])) ??
        sending
    } catch (error) {
      log.warn(
        { batch: sending.id, reference, ...errorFields(error) },
        'a batch was not placed, or may have been',
      )
      const state = stateAfter(error) as 'unknown' | 'refused' | 'not_placed'
      // Rows of a batch that may have been placed are followed: what is found of them is shown.
      await batches.changeRows(sending.id, state, clock.now())
      batch =
        (await batches.change(sending.id, { state, failure: failureOf(error, reference) }, ['sending'])) ??
        sending
    }
    await this.#cards.ask(keyOf(batch))
    return batch
  }

  /**
   * Takes up what a process left when it was stopped: what was not sent is placed if it is still meant, what was
   * sent is looked for and never sent again.
   *
   * @param all whether no other process can be at it
   */
  async recover(all: boolean): Promise<void> {
    const { batches, clock, newId } = this.#desk
    for (const batch of await batches.inState('claimed', 'sending')) {
      const age = clock.now() - batch.createdAt
      if (!all && age < LEASE) continue
      if (batch.state === 'claimed' && age <= STILL_MEANT) {
        await this.place(batch)
        continue
      }
      const state = batch.state === 'claimed' ? 'not_placed' : 'unknown'
      const failure = {
        name: batch.state === 'claimed' ? 'interrupted' : 'OutcomeUnknownError',
        message: '',
        retryAfterMs: null,
        candidates: [],
        reference: newId().slice(0, 8),
      }
      const changed = await batches.change(batch.id, { state, failure }, [batch.state])
      if (changed === undefined) continue
      await batches.changeRows(batch.id, state, clock.now())
      await this.#cards.ask(keyOf(changed))
      if (state === 'unknown') this.#later(this.#lookFor(changed))
    }
  }

  async #lookFor(batch: Batch): Promise<void> {
    for (const pause of LOOKS) {
      await this.#desk.clock.sleep(pause)
      await this.#follow(batch)
      if ((await this.#desk.batches.counts(batch.id)).found > 0) return
    }
  }

  /** Finds the calls of open batches in Movoice, and shows how far they are. */
  async sweep(): Promise<void> {
    const { batches, clock, log } = this.#desk
    for (const batch of await batches.inState('placed', 'unknown')) {
      const due = Math.max(batch.createdAt, (batch.request.scheduleAt ?? 0) * 1000)
      if (batch.state === 'unknown' && clock.now() - due > LOOKED_FOR) continue
      try {
        await this.#follow(batch)
      } catch (error) {
        log.warn(
          { batch: batch.id, ...errorFields(error) },
          'a batch could not be followed; the next sweep tries again',
        )
      }
    }
  }

  async #follow(batch: Batch): Promise<void> {
    const { found, count } = await this.#desk.batches.counts(batch.id)
    if (found < count) await this.#bind(batch)
    await this.#cards.ask(keyOf(batch))
  }

  /** Which of Movoice's calls belongs to which row: the same batch if calls name theirs, agent and number, placed since. */
  async #bind(batch: Batch): Promise<void> {
    const { batches, calls } = this.#desk
    const open = new Map(
      (await calls.byBatch(batch.id))
        .filter((row) => row.callId === null)
        .map((row) => [digitsOf(row.request.phone), row]),
    )
    const movoice = await this.#desk.movoice(batch.team)
    const from = Math.floor(batch.createdAt / 1000) - 60
    let { batchId } = batch
    for await (const found of movoice.calls.list({ agent_id: batch.request.agentId, from })) {
      const row = open.get(digitsOf(found.recipient_phone ?? ''))
      if (row === undefined || (await calls.byCallId(found.call_id)) !== undefined) continue
      const named = typeof found.batch_id === 'string' && found.batch_id !== '' ? found.batch_id : undefined
      if (named !== undefined && named !== batchId) {
        // Another batch's call, unless this one's name was lost with the answer: then this is it.
        if (batchId !== null || (await batches.byBatchId(named, batch.team)) !== undefined) continue
        await batches.change(batch.id, { state: 'placed', batchId: named, failure: null }, ['unknown'])
        batchId = named
      }
      if (named === undefined && (await batches.isContended(batch.team, row.request.phone))) continue
      open.delete(digitsOf(row.request.phone))
      await batches.bind(row.id, found.call_id)
      const bound = await calls.get(row.id, batch.team)
      if (bound !== undefined) await this.#results.learn(bound, found)
    }
  }

  /** An event of a call that nobody knows yet: perhaps of a batch, whose answer names no calls. */
  async meet(event: CallEvent): Promise<Call | undefined> {
    const { batches, calls } = this.#desk
    if (event.call_id === null || event.recipient_phone === null) return undefined
    const at = Date.parse(event.occurred_at ?? '')
    const teams = new Set((await batches.inState('placed', 'unknown')).map(({ team }) => team))
    const rows = (
      await Promise.all([...teams].map((team) => batches.unbound(team, event.recipient_phone ?? '')))
    ).flat()
    for (const row of rows.toSorted((a, b) => a.createdAt - b.createdAt)) {
      const isIt =
        (event.agent_id === null || event.agent_id === row.request.agentId) &&
        (Number.isNaN(at) || at >= row.createdAt - 60_000) &&
        !(await batches.isContended(row.team, row.request.phone))
      if (!isIt) continue
      await batches.bind(row.id, event.call_id)
      const bound = await calls.get(row.id, row.team)
      if (bound?.callId === event.call_id) return bound
    }
    return undefined
  }

  /** A call of a batch has gone on. */
  changed(call: Call): void {
    if (call.batchId !== null) this.#later(this.#cards.ask(JSON.stringify([call.team, call.batchId])))
  }

  async #open(batch: Batch): Promise<Batch> {
    const { client, post } = await this.#desk.slack(batch.team)
    const policy = await this.#desk.workspaces.policy(batch.team)
    const words = await wordsFor(this.#desk, batch.team, batch.user, policy)
    const counts = { count: batch.request.rows.length, found: 0, completed: 0, failed: 0 }
    const channel = batch.channel ?? (await directChannel(client, batch.user))
    const posted = await postMessage(post, channel, batchCard(batch, counts, words))
    this.#cards.ran(keyOf(batch))
    return (
      (await this.#desk.batches.change(batch.id, { cardTs: posted.ts, channel: posted.channel })) ?? batch
    )
  }

  /** Brings a batch's card up to date; the first to see that its last call is over tells its thread. */
  async #show(team: string, id: string): Promise<void> {
    const { batches, log } = this.#desk
    const batch = await batches.get(id, team)
    if (batch === undefined) return
    const counts = await batches.counts(id)
    const isDone = isFollowed(batch.state) && counts.completed + counts.failed === counts.count
    const ended = isDone ? await batches.change(id, { state: 'done' }, ['placed', 'unknown']) : undefined
    const { cardTs, channel, ...shown } = ended ?? batch
    if (cardTs === null || channel === null) return
    const policy = await this.#desk.workspaces.policy(team)
    const words = await wordsFor(this.#desk, team, shown.user, policy)
    const { text, blocks } = batchCard({ cardTs, channel, ...shown }, counts, words)
    if (!(await batches.showing(id, JSON.stringify(blocks)))) return
    const { client, post } = await this.#desk.slack(team)
    try {
      await client.chat.update({ channel, ts: cardTs, text, blocks })
    } catch (error) {
      await batches.showing(id, '')
      log.warn({ batch: id, ...errorFields(error) }, 'a batch’s card could not be brought up to date')
    }
    if (ended !== undefined) await postMessage(post, channel, batchDone(shown.user, counts, words), cardTs)
  }
}

const keyOf = ({ team, id }: Batch): string => JSON.stringify([team, id])
const digitsOf = (phone: string): string => phone.replace(/\D/g, '')
const inOrder = <T extends { readonly row: number }>(rows: readonly T[]): T[] =>
  rows.toSorted((a, b) => a.row - b.row)

/** A row that nobody said yes to. */
const unasked = ({ row, phone, variables, questions }: BatchRow): RejectedRow => ({
  row,
  text: phone,
  variables,
  why: `judge:${questions?.[0] ?? 'doubtful'}`,
})
