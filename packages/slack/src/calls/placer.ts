import type { Call as MovoiceCall } from '@movoice-kit/core/contract'
import { maskPhone, OutcomeUnknownError, UnexpectedResponseError } from '@movoice-kit/core/engine'
import { judge, type Question, type Verdict } from '../guards/judge.ts'
import type { Cards } from './cards.ts'
import type { Desk } from './desk.ts'
import { failureOf, stateAfter } from './failure.ts'
import { errorFields } from './log.ts'
import { type Call, type Draft, isOpen } from './model.ts'
import type { Results } from './results.ts'

/** What became of a yes. */
export type Answer =
  | { readonly kind: 'claimed'; readonly call: Call }
  | { readonly kind: 'taken'; readonly call: Call }
  | { readonly kind: 'refuse'; readonly verdict: Extract<Verdict, { kind: 'refuse' }> }
  | { readonly kind: 'ask'; readonly draft: Draft; readonly question: Extract<Verdict, { kind: 'ask' }> }
  | { readonly kind: 'expired' }

/** A question that was left for this long is asked anew: whoever finds it later did not mean this moment. */
const DRAFT_AGE = 30 * 60_000
/** After a stop of this process, a call that was not sent yet is still placed if it is this young. */
const STILL_MEANT = 120_000

/** The one way to a ringing phone. */
export class Placer {
  readonly #desk: Desk
  readonly #cards: Cards
  readonly #results: Results

  constructor(desk: Desk, cards: Cards, results: Results) {
    this.#desk = desk
    this.#cards = cards
    this.#results = results
  }

  /**
   * Judges a draft as of now, for the person who answers it, and takes the right to place its call.
   *
   * @param generation of the asking that is answered
   * @param answered what the person has just said yes to
   */
  async answer(
    draft: Draft,
    user: string,
    generation: number,
    answered: readonly Question[] = [],
  ): Promise<Answer> {
    const { calls, clock, workspaces, people } = this.#desk
    const now = clock.now()
    const claim = `draft:${draft.id}`
    const there = await calls.byClaim(claim)
    if (there !== undefined) return { kind: 'taken', call: there }
    if (generation !== draft.generation || now - draft.createdAt > DRAFT_AGE) return { kind: 'expired' }
    const policy = await workspaces.policy(draft.team)
    const who = await people.person(draft.team, user, policy.callers.groups)
    const yes = [...new Set([...draft.answered, ...answered])]
    const claimed = await calls.claim({
      id: this.#desk.newId(),
      claim,
      draft: { ...draft, user },
      now,
      judge: (facts) =>
        judge({
          policy,
          who,
          channel: draft.channel,
          phones: [draft.request.phone],
          at: draft.request.scheduleAt === undefined ? now : draft.request.scheduleAt * 1000,
          ...facts,
          answered: yes,
        }),
    })
    await this.#audit(draft, user, claimed.kind === 'verdict' ? claimed.verdict : { kind: 'allow' })
    if (claimed.kind !== 'verdict') return claimed
    if (claimed.verdict.kind === 'refuse') return { kind: 'refuse', verdict: claimed.verdict }
    const asked = await this.#desk.drafts.askAgain(draft, yes)
    return asked === undefined
      ? { kind: 'expired' }
      : { kind: 'ask', draft: asked, question: claimed.verdict }
  }

  /** Judges without placing: what the person is told before being asked. */
  async preview(draft: Draft, user: string): Promise<Verdict> {
    const { calls, clock, workspaces, people } = this.#desk
    const now = clock.now()
    const policy = await workspaces.policy(draft.team)
    const who = await people.person(draft.team, user, policy.callers.groups)
    const facts = await calls.facts(draft.team, user, [draft.request.phone], now)
    const verdict = judge({
      policy,
      who,
      channel: draft.channel,
      phones: [draft.request.phone],
      at: draft.request.scheduleAt === undefined ? now : draft.request.scheduleAt * 1000,
      ...facts,
      answered: draft.answered,
    })
    if (verdict.kind === 'refuse') await this.#audit(draft, user, verdict)
    return verdict
  }

  /** Places a claimed call: its card first, then the call, so that no phone rings unseen. */
  async place(claimed: Call): Promise<Call> {
    const { calls, clock, log, newId } = this.#desk
    let call = claimed
    if (call.cardTs === null) {
      try {
        const { channel, ts } = await this.#cards.open(call)
        call = (await calls.change(call.id, { cardTs: ts, channel }, clock.now())) ?? call
      } catch (error) {
        const reference = newId().slice(0, 8)
        log.warn(
          { call: call.id, reference, ...errorFields(error) },
          'the card could not be posted, so no call was placed',
        )
        const failure = { ...failureOf(error, reference), name: 'card' }
        return (
          (await calls.change(call.id, { state: 'not_placed', failure }, clock.now(), ['claimed'])) ?? call
        )
      }
    }
    const sending = await calls.change(call.id, { state: 'sending' }, clock.now(), ['claimed'])
    // Somebody else has taken it further: it is theirs.
    if (sending === undefined) return call
    return this.#settle(sending, () => this.#send(sending))
  }

  /**
   * Takes up what a process left when it was stopped: what was not sent is placed if it is still meant, what was
   * sent is looked for and never sent again.
   *
   * @param all whether no other process can be at it
   */
  async recover(all: boolean): Promise<void> {
    const { calls, clock } = this.#desk
    const left = await calls.abandoned(clock.now(), all)
    await Promise.all(
      left.map(async (call) => {
        if (call.state === 'sending') {
          await this.#settle(call, () => this.#lookFor(call))
          return
        }
        if (clock.now() - call.createdAt <= STILL_MEANT) {
          await this.place(call)
          return
        }
        const failure = {
          name: 'interrupted',
          message: '',
          retryAfterMs: null,
          candidates: [],
          reference: this.#desk.newId().slice(0, 8),
        }
        await calls.change(call.id, { state: 'not_placed', failure }, clock.now(), ['claimed'])
        await this.#cards.sync(call.id, call.team)
      }),
    )
  }

  async #settle(call: Call, work: () => Promise<string>): Promise<Call> {
    const { calls, clock, log, newId } = this.#desk
    let settled: Call | undefined
    try {
      const callId = await work()
      settled = await calls.change(
        call.id,
        { state: call.request.scheduleAt === undefined ? 'placed' : 'scheduled', callId },
        clock.now(),
        ['sending'],
      )
    } catch (error) {
      const callId = error instanceof UnexpectedResponseError ? error.callId : undefined
      if (callId !== undefined) {
        // The answer was odd, but it named the call: it is placed.
        settled = await calls.change(call.id, { state: 'placed', callId }, clock.now(), ['sending'])
      } else {
        const reference = newId().slice(0, 8)
        log.warn(
          { call: call.id, team: call.team, reference, ...errorFields(error) },
          'a call was not placed, or may have been',
        )
        settled = await calls.change(
          call.id,
          { state: stateAfter(error), failure: failureOf(error, reference) },
          clock.now(),
          ['sending'],
        )
      }
    }
    const now = settled ?? call
    // Events that came before the answer with the call's id are applied now.
    if (now.callId !== null && isOpen(now.state)) await this.#results.refresh(now)
    await this.#cards.sync(call.id, call.team)
    return now
  }

  async #send(call: Call): Promise<string> {
    const movoice = await this.#desk.movoice(call.team)
    const { phone, agentId, variables, fromNumber, maxDuration, scheduleAt } = call.request
    const created = await movoice.calls.create({
      agent_id: agentId,
      recipient_phone: phone,
      ...(Object.keys(variables).length > 0 && { variables: { ...variables } }),
      ...(fromNumber !== undefined && { from_number: fromNumber }),
      ...(maxDuration !== undefined && { max_duration: maxDuration }),
      ...(scheduleAt !== undefined && { schedule_at: scheduleAt }),
    })
    return created.call_id
  }

  /** Looks for a call whose answer was lost with the process that waited for it. */
  async #lookFor(call: Call): Promise<string> {
    const { clock, calls } = this.#desk
    const movoice = await this.#desk.movoice(call.team)
    const candidates = new Map<string, MovoiceCall>()
    for (const pause of [0, 2000, 5000, 10_000]) {
      await clock.sleep(pause)
      // Clocks differ by a minute at most where both sides keep time.
      const from = Math.floor(call.createdAt / 1000) - 60
      for await (const found of movoice.calls.list({ agent_id: call.request.agentId, from })) {
        if (found.recipient_phone !== call.request.phone || candidates.has(found.call_id)) continue
        if ((await calls.byCallId(found.call_id)) === undefined) candidates.set(found.call_id, found)
      }
      if (candidates.size > 0) break
    }
    const [only] = candidates.keys()
    if (candidates.size === 1 && only !== undefined) return only
    throw new OutcomeUnknownError('outcome_unknown', 'The process was stopped while it placed this call.', {
      sent: 'maybe',
      candidates: [...candidates.values()],
    })
  }

  async #audit(draft: Draft, user: string, verdict: Verdict): Promise<void> {
    await this.#desk.workspaces.log({
      team: draft.team,
      at: this.#desk.clock.now(),
      user,
      action: 'call',
      entry: draft.entry,
      channel: draft.channel,
      target: `${maskPhone(draft.request.phone)} ${draft.request.agentId}`,
      verdict: verdict.kind === 'allow' ? 'allow' : `${verdict.kind}: ${verdict.why}`,
      reference: draft.id,
    })
  }
}
