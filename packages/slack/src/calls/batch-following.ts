import type { CallEvent } from '@movoice-kit/core/events'
import type { BatchCards } from './batch-cards.ts'
import type { Batch } from './batch-model.ts'
import type { Desk } from './desk.ts'
import { inTurns } from './in-turns.ts'
import { errorFields } from './log.ts'
import { type Call, dueAt } from './model.ts'
import type { Follower, Results } from './results.ts'

/** Between two looks for a batch whose answer was lost; after them, every sweep looks. */
const LOOKS = [0, 2000, 5000]
/** For so long after its time, a batch is looked for that may have been placed, and one that was is followed. */
const LOOKED_FOR = { unknown: 2 * 86_400_000, placed: 14 * 86_400_000 }

/** Finds the calls of batches in Movoice, whose answer names none, and brings what becomes of them to their card. */
export class BatchFollowing implements Follower {
  readonly #desk: Desk
  readonly #results: Results
  readonly #cards: BatchCards
  readonly #later: (work: Promise<unknown>) => void

  /** @param later takes work that goes on by itself */
  constructor(desk: Desk, results: Results, cards: BatchCards, later: (work: Promise<unknown>) => void) {
    this.#desk = desk
    this.#results = results
    this.#cards = cards
    this.#later = later
    results.follow(this)
  }

  /** Looks soon, for a batch whose answer was lost with the process that waited for it. */
  async lookFor(batch: Batch): Promise<void> {
    for (const pause of LOOKS) {
      await this.#desk.clock.sleep(pause)
      await this.#follow(batch)
      if ((await this.#desk.batches.counts(batch.id)).found > 0) return
    }
  }

  /** Finds the calls of open batches in Movoice, and shows how far they are. */
  async sweep(): Promise<void> {
    const { batches, clock, log } = this.#desk
    const all = (await batches.inState('placed', 'unknown')).filter(({ state, request, createdAt }) => {
      const age = clock.now() - dueAt(request, createdAt)
      return age <= LOOKED_FOR[state === 'unknown' ? 'unknown' : 'placed']
    })
    // Those of one workspace one after the other, as a call may be either's; workspaces do not wait for each other.
    await inTurns(new Set(all.map(({ team }) => team)), async (team) => {
      for (const batch of all.filter((one) => one.team === team))
        try {
          await this.#follow(batch)
        } catch (error) {
          log.warn(
            { batch: batch.id, ...errorFields(error) },
            'a batch could not be followed; the next sweep tries again',
          )
        }
    })
  }

  async #follow(batch: Batch): Promise<void> {
    const { found, count } = await this.#desk.batches.counts(batch.id)
    if (found < count) await this.#bind(batch)
    await this.#cards.show(batch)
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
    if (call.batchId !== null) this.#later(this.#cards.show({ team: call.team, id: call.batchId }))
  }
}

const digitsOf = (phone: string): string => phone.replace(/\D/g, '')
