import { maskPhone } from '@movoice-kit/core/engine'
import { batchCard } from '../blocks/batch.ts'
import { judge, judgeNumber, type Verdict } from '../guards/judge.ts'
import { type BatchFile, csvText } from '../parse/batch-file.ts'
import type { Batch, BatchRequest, BatchRow, RejectedRow } from './batch-model.ts'
import { directChannel, postMessage } from './cards.ts'
import { type Desk, wordsFor } from './desk.ts'
import { failureOf, stateAfter } from './failure.ts'
import { errorFields } from './log.ts'
import { isOver } from './model.ts'
import type { Results } from './results.ts'

export type BatchAnswer =
  | { readonly kind: 'claimed'; readonly batch: Batch }
  | { readonly kind: 'taken' }
  | { readonly kind: 'verdict'; readonly verdict: Exclude<Verdict, { kind: 'allow' }> }

/** Many calls at once: previewed, placed with one request, and followed to the last. */
export class Batches {
  readonly #desk: Desk
  readonly #results: Results

  constructor(desk: Desk, results: Results) {
    this.#desk = desk
    this.#results = results
  }

  /** Takes out the rows that may not be called, each with why. A question counts as no: nobody answers a thousand. */
  async sift(
    team: string,
    user: string,
    file: Extract<BatchFile, { kind: 'rows' }>,
    scheduleAt: number | undefined,
  ): Promise<Pick<BatchRequest, 'rows' | 'rejected'>> {
    const { calls, clock, workspaces } = this.#desk
    const now = clock.now()
    const policy = await workspaces.policy(team)
    const facts = await calls.facts(
      team,
      user,
      file.rows.map(({ phone }) => phone),
      now,
    )
    const rows: BatchRow[] = []
    const rejected: RejectedRow[] = [...file.rejected]
    for (const row of file.rows) {
      const verdict = judgeNumber(row.phone, {
        policy,
        at: scheduleAt === undefined ? now : scheduleAt * 1000,
        answered: [],
        ...facts,
      })
      if (verdict.kind === 'allow') rows.push(row)
      else rejected.push({ row: row.row, text: maskPhone(row.phone), why: `judge:${verdict.why}` })
    }
    return { rows, rejected: rejected.toSorted((a, b) => a.row - b.row) }
  }

  async answer(batch: Batch, user: string): Promise<BatchAnswer> {
    const { batches, clock, people, workspaces } = this.#desk
    const now = clock.now()
    const policy = await workspaces.policy(batch.team)
    const who = await people.person(batch.team, user, policy.callers.groups)
    const at = batch.request.scheduleAt === undefined ? now : batch.request.scheduleAt * 1000
    const phones = batch.request.rows.map(({ phone }) => phone)
    const claimed = await batches.claim(batch, user, now, (facts) =>
      judge({ policy, who, channel: batch.channel, phones, at, ...facts, answered: [] }),
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
    return claimed
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
    await this.show(batch)
    return batch
  }

  /** What a process left behind: unsent batches are given up with a word, sent ones are not known to be placed. */
  async recover(): Promise<void> {
    const { batches, clock, newId } = this.#desk
    for (const batch of await batches.inState('claimed', 'sending')) {
      const state = batch.state === 'claimed' ? 'not_placed' : 'unknown'
      const failure = {
        name: batch.state === 'claimed' ? 'interrupted' : 'OutcomeUnknownError',
        message: '',
        retryAfterMs: null,
        candidates: [],
        reference: newId().slice(0, 8),
      }
      await batches.changeRows(batch.id, state, clock.now())
      const changed = await batches.change(batch.id, { state, failure }, [batch.state])
      if (changed !== undefined) await this.show(changed)
    }
  }

  /** Finds the calls of open batches in Movoice, and shows how far they are. */
  async sweep(): Promise<void> {
    const { batches, calls, log } = this.#desk
    for (const batch of await batches.inState('placed')) {
      try {
        const rows = await calls.byBatch(batch.id)
        if (rows.some((row) => row.callId === null)) await this.#bind(batch)
        const counts = await batches.counts(batch.id)
        const done = counts.completed + counts.failed === counts.count
        const now = done ? ((await batches.change(batch.id, { state: 'done' }, ['placed'])) ?? batch) : batch
        await this.show(now)
      } catch (error) {
        log.warn(
          { batch: batch.id, ...errorFields(error) },
          'a batch could not be followed; the next sweep tries again',
        )
      }
    }
  }

  /** Which of Movoice's calls belongs to which row: the same agent, the same number, placed since. */
  async #bind(batch: Batch): Promise<void> {
    const { batches, calls } = this.#desk
    const open = new Map(
      (await calls.byBatch(batch.id))
        .filter((row) => row.callId === null)
        .map((row) => [row.request.phone, row]),
    )
    const movoice = await this.#desk.movoice(batch.team)
    const from = Math.floor(batch.createdAt / 1000) - 60
    for await (const found of movoice.calls.list({ agent_id: batch.request.agentId, from })) {
      const row = found.recipient_phone == null ? undefined : open.get(found.recipient_phone)
      if (row === undefined || (await calls.byCallId(found.call_id)) !== undefined) continue
      open.delete(row.request.phone)
      await batches.bind(row.id, found.call_id)
      const bound = await calls.get(row.id, batch.team)
      if (bound !== undefined) await this.#results.learn(bound, found)
    }
  }

  async #open(batch: Batch): Promise<Batch> {
    const { client, post } = await this.#desk.slack(batch.team)
    const policy = await this.#desk.workspaces.policy(batch.team)
    const words = await wordsFor(this.#desk, batch.team, batch.user, policy)
    const counts = { count: batch.request.rows.length, completed: 0, failed: 0 }
    const channel = batch.channel ?? (await directChannel(client, batch.user))
    const posted = await postMessage(post, channel, batchCard(batch, counts, words))
    return (
      (await this.#desk.batches.change(batch.id, { cardTs: posted.ts, channel: posted.channel })) ?? batch
    )
  }

  async show(batch: Batch): Promise<void> {
    if (batch.cardTs === null || batch.channel === null) return
    const { batches, log } = this.#desk
    const policy = await this.#desk.workspaces.policy(batch.team)
    const words = await wordsFor(this.#desk, batch.team, batch.user, policy)
    const { text, blocks } = batchCard(batch, await batches.counts(batch.id), words)
    if (!(await batches.showing(batch.id, JSON.stringify(blocks)))) return
    try {
      const { client } = await this.#desk.slack(batch.team)
      await client.chat.update({ channel: batch.channel, ts: batch.cardTs, text, blocks })
    } catch (error) {
      await batches.showing(batch.id, '')
      log.warn({ batch: batch.id, ...errorFields(error) }, 'a batch’s card could not be brought up to date')
    }
  }

  /** Every row with what came of it. Numbers are whole: this goes to those who may see them. */
  async results(batch: Batch): Promise<string> {
    const rows = await this.#desk.calls.byBatch(batch.id)
    const keys = [...new Set(rows.flatMap((row) => Object.keys(row.request.variables)))]
    const head = [
      'phone',
      ...keys,
      'status',
      'outcome',
      'sentiment',
      'duration',
      'reason',
      'summary',
      'call_id',
    ]
    const lines = rows.map((row) => [
      row.request.phone,
      ...keys.map((key) => row.request.variables[key]),
      row.state,
      row.result?.outcome,
      row.result?.sentiment,
      row.result?.duration,
      row.result?.reason ?? (isOver(row.state) ? '' : row.failure?.name),
      row.result?.summary,
      row.callId,
    ])
    const rejected = batch.request.rejected.map((row) => [
      row.text,
      ...keys.map(() => ''),
      'rejected',
      '',
      '',
      '',
      row.why,
      `row ${row.row}`,
      '',
    ])
    return csvText([head, ...lines, ...rejected])
  }
}
