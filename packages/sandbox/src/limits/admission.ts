import type { Plan } from '@movoice-kit/core/contract'
import type { Keeper } from '../data/keeper.ts'
import { Refusal } from '../refusal.ts'
import type { Scenario } from '../scenarios.ts'
import { makeWindow, type Window, type WindowModel } from './window.ts'

/** What stands between a request that is right in itself and its call: the plan's limits, and what the number says. */
export class Admission {
  readonly #plan: Plan
  readonly #keeper: Keeper
  readonly #window: Window
  /** Numbers that were refused the one time they are. */
  readonly #refusedOnce = new Set<string>()

  constructor(plan: Plan, window: WindowModel, keeper: Keeper) {
    this.#plan = plan
    this.#keeper = keeper
    this.#window = makeWindow(window, plan.callsPerMinute)
  }

  /** @throws {@link Refusal} if the number is one that is refused */
  number(phone: string, scenario: Scenario | undefined): void {
    const refuses = scenario?.refuses
    if (refuses === undefined || (refuses.once && this.#refusedOnce.has(phone))) return
    this.#refusedOnce.add(phone)
    this.#keeper.refused(phone)
    switch (refuses.status) {
      case 409:
        throw new Refusal(409, 'A duplicate request: the call is already initiated.')
      case 422:
        throw new Refusal(422, 'This number cannot be called by this account.', { param: 'recipient_phone' })
      case 429:
        throw new Refusal(429, 'Too many requests.', { retryAfterSeconds: 2 })
    }
  }

  /** @throws {@link Refusal} if a batch is larger than the plan allows */
  batchOf(size: number): void {
    const { name, batchSize } = this.#plan
    if (batchSize === null || size <= batchSize) return
    throw new Refusal(
      422,
      `A batch of the ${name} plan holds at most ${batchSize} recipients, this one has ${size}.`,
      { param: 'recipients' },
    )
  }

  /**
   * @param lineMs how long until a line is free, so that whoever waits as told does not come for nothing
   * @throws {@link Refusal} if the plan's calls of this minute are used up
   */
  minute(now: number, lineMs = 0): void {
    const wait = this.#window.waitMs(now)
    if (wait === 0) return
    const { name, callsPerMinute } = this.#plan
    throw new Refusal(429, `The ${name} plan allows ${callsPerMinute} calls a minute.`, {
      retryAfterSeconds: wholeSeconds(Math.max(wait, lineMs)),
    })
  }

  count(now: number): void {
    this.#window.count(now)
  }

  /** Takes up what was counted and refused before a restart. */
  restore(refused: readonly string[], counted: readonly number[]): void {
    for (const phone of refused) this.#refusedOnce.add(phone)
    for (const at of [...counted].sort((a, b) => a - b)) this.#window.count(at)
  }
}

/** Longest wait that is ever told: a call that lasts as long as the API's default. */
const LONGEST_WAIT = 1800

export const wholeSeconds = (ms: number): number =>
  Number.isFinite(ms) ? Math.max(1, Math.ceil(ms / 1000)) : LONGEST_WAIT
