import type { Call as MovoiceCall } from '@movoice-kit/core/contract'
import { type CallEvent, toCallEvent } from '@movoice-kit/core/events'
import type { Cards } from './cards.ts'
import type { Desk } from './desk.ts'
import { fold, isChanged } from './fold.ts'
import { inTurns } from './in-turns.ts'
import { errorFields } from './log.ts'
import { type Call, dueAt, isOpen, isOver } from './model.ts'

/** Beyond this many calls of a workspace, one list is cheaper than asking for each. */
const LIST_FROM = 20
/** A call that Movoice has told nothing of for so long is not asked for any more. */
const GIVEN_UP = 14 * 86_400_000

/** Who knows of calls that belong together. */
export interface Follower {
  /** The call that an event of an unknown one belongs to, if it is one of theirs. */
  meet(event: CallEvent): Promise<Call | undefined>
  /** One of theirs has gone on. */
  changed(call: Call): void
}

/** Brings what happened to calls to their cards: from events as they come, and from a sweep for what they missed. */
export class Results {
  readonly #desk: Desk
  readonly #cards: Cards
  #sweeping: Promise<void> | undefined
  #follower: Follower | undefined

  constructor(desk: Desk, cards: Cards) {
    this.#desk = desk
    this.#cards = cards
  }

  follow(follower: Follower): void {
    this.#follower = follower
  }

  /**
   * Takes an event in. It is kept before this returns, so its sender may forget it. Twice is as good as once. What is
   * said of calls that are none of this app's, or no more, is not kept.
   */
  async take(event: CallEvent): Promise<void> {
    const { calls, clock, events } = this.#desk
    if (event.call_id === null) return
    if (!(await calls.isAwaited(event.call_id, clock.now()))) return
    await events.keep(event.id, event.call_id, event, clock.now())
    const call = (await calls.byCallId(event.call_id)) ?? (await this.#follower?.meet(event))
    // A call we do not know may be one whose answer is still under way: it asks for its events then.
    if (call !== undefined) await this.refresh(call, [event])
  }

  /** Applies all kept events of a call, and more that are at hand. */
  async refresh(call: Call, more: readonly CallEvent[] = []): Promise<void> {
    const { calls, clock, events } = this.#desk
    if (call.callId === null) return
    const kept = (await events.of(call.callId)) as CallEvent[]
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const now = await calls.get(call.id, call.team)
      if (now === undefined) return
      const after = fold(now, [...kept, ...more], clock.now())
      if (!isChanged(now, after)) break
      const { state, result, actions, endedAt } = after
      const changed = await calls.change(
        call.id,
        { state, ...(result !== null && { result }), actions, ...(endedAt !== null && { endedAt }) },
        clock.now(),
        [now.state],
      )
      if (changed !== undefined) break
    }
    if (call.batchId === null) await this.#cards.sync(call.id, call.team)
    else this.#follower?.changed(call)
  }

  /** Asks Movoice for every call that waits for something. One sweep at a time. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  async #sweep(): Promise<void> {
    const { calls, clock } = this.#desk
    const all = await calls.waiting(clock.now())
    // One workspace whose key is throttled keeps no other waiting.
    await inTurns(new Set(all.map((call) => call.team)), async (team) => {
      const waiting = all.filter((call) => call.team === team)
      try {
        await this.#ask(
          team,
          waiting.filter((call) => this.#isAsked(call)),
        )
      } catch (error) {
        this.#desk.log.warn(
          { team, ...errorFields(error) },
          'Movoice could not be asked for results; the next sweep tries again',
        )
      }
      const shown = waiting.filter((call) => call.batchId === null)
      await inTurns(shown, (call) => this.#cards.sync(call.id, team))
    })
  }

  /** Whether Movoice can tell more of a call than is known: its end, or the summary behind it. */
  #isAsked({ callId, state, request, result, createdAt }: Call): boolean {
    const now = this.#desk.clock.now()
    if (callId === null || dueAt(request, createdAt) < now - GIVEN_UP) return false
    // What is to come has not ended.
    if (state === 'scheduled' && dueAt(request, now) > now) return false
    return isOpen(state) || (isOver(state) && result?.summary == null)
  }

  async #ask(team: string, waiting: readonly Call[]): Promise<void> {
    if (waiting.length === 0) return
    const movoice = await this.#desk.movoice(team)
    let ask = waiting
    if (waiting.length > LIST_FROM) {
      // The list tells which have gone on; only those are asked for one by one.
      const from = Math.floor(Math.min(...waiting.map((call) => call.createdAt)) / 1000) - 60
      const statuses = new Map<string, string>()
      for await (const found of movoice.calls.list({ from })) statuses.set(found.call_id, found.status)
      ask = waiting.filter((call) => {
        const status = statuses.get(call.callId ?? '')
        return (
          status === undefined ||
          status === 'completed' ||
          status === 'failed' ||
          (status === 'active' && call.state !== 'active')
        )
      })
    }
    await inTurns(ask, async (call) => {
      if (call.callId === null) return
      await this.learn(call, await movoice.calls.get(call.callId))
    })
  }

  /** What `GET /calls/{id}` says of a call. */
  async learn(call: Call, found: MovoiceCall): Promise<void> {
    await this.refresh(call, [toCallEvent(found, undefined, { source: 'sweep' })])
  }
}
