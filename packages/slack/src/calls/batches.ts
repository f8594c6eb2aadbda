import { judge, overQuota, questionsOf, type Refusal, type Verdict } from '../guards/judge.ts'
import type { BatchFile } from '../parse/batch-file.ts'
import { LEASE } from '../store/call-rows.ts'
import type { BatchCards } from './batch-cards.ts'
import type { BatchFollowing } from './batch-following.ts'
import type { Batch, BatchRequest, BatchRow, RejectedRow } from './batch-model.ts'
import type { Desk } from './desk.ts'
import { failureOf, SwitchedOffError, stateAfter } from './failure.ts'
import { errorFields } from './log.ts'
import { dueAt, type Failure, isPast } from './model.ts'

export type BatchAnswer =
  | { readonly kind: 'claimed'; readonly batch: Batch }
  | { readonly kind: 'taken' }
  /** The time it was to be placed at is past. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'verdict'; readonly verdict: Exclude<Verdict, { kind: 'allow' }> }
  /** Since the preview, a number may be called no more, or only after a yes: it is to be looked at again. */
  | { readonly kind: 'changed'; readonly batch: Batch }

/** After a stop of this process, a batch that was not sent yet is still placed if it is this young. */
const STILL_MEANT = 120_000

/** Many calls at once: previewed, judged, and placed with one request. */
export class Batches {
  readonly #desk: Desk
  readonly #cards: BatchCards
  readonly #following: BatchFollowing
  readonly #later: (work: Promise<unknown>) => void

  /** @param later takes work that goes on by itself */
  constructor(
    desk: Desk,
    cards: BatchCards,
    following: BatchFollowing,
    later: (work: Promise<unknown>) => void,
  ) {
    this.#desk = desk
    this.#cards = cards
    this.#following = following
    this.#later = later
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
        batch = await this.#cards.open(batch)
      } catch (error) {
        log.warn(
          { batch: batch.id, reference, ...errorFields(error) },
          'the card could not be posted, so no batch was placed',
        )
        return this.#notPlaced(batch, { ...failureOf(error, reference), name: 'card' })
      }
    }
    if ((await this.#desk.workspaces.policy(batch.team)).killSwitch)
      return this.#notPlaced(batch, failureOf(new SwitchedOffError(), reference))
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
    await this.#cards.show(batch)
    return batch
  }

  async #notPlaced(batch: Batch, failure: Failure): Promise<Batch> {
    const { batches, clock } = this.#desk
    const changed = await batches.change(batch.id, { state: 'not_placed', failure }, ['claimed'])
    if (changed === undefined) return batch
    await batches.changeRows(batch.id, 'not_placed', clock.now())
    await this.#cards.show(changed)
    return changed
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
      await this.#cards.show(changed)
      if (state === 'unknown') this.#later(this.#following.lookFor(changed))
    }
  }
}

const inOrder = <T extends { readonly row: number }>(rows: readonly T[]): T[] =>
  rows.toSorted((a, b) => a.row - b.row)

/** A row that nobody said yes to. */
const unasked = ({ row, phone, variables, questions }: BatchRow): RejectedRow => ({
  row,
  text: phone,
  variables,
  why: `judge:${questions?.[0] ?? 'doubtful'}`,
})
