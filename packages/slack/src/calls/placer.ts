import type { CreateCallInput } from '@movoice-kit/core/contract'
import { isMovoiceError, maskPhone, UnexpectedResponseError } from '@movoice-kit/core/engine'
import { judge, type Question, type Verdict } from '../guards/judge.ts'
import type { Cards } from './cards.ts'
import type { Desk } from './desk.ts'
import { failureOf, SwitchedOffError, stateAfter } from './failure.ts'
import { errorFields } from './log.ts'
import { type Call, type CallState, type Draft, dueAt, isOpen, isPast, type Request } from './model.ts'
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

/** The states of a call that nobody has settled yet: it may fail before its turn to be sent. */
const UNSETTLED: readonly CallState[] = ['claimed', 'sending']

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
    if (generation !== draft.generation || now - draft.createdAt > DRAFT_AGE || isPast(draft.request, now))
      return { kind: 'expired' }
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
          at: dueAt(draft.request, now),
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
      at: dueAt(draft.request, now),
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
    return this.#settle(call, () => this.#send(call))
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
        UNSETTLED,
      )
    } catch (error) {
      // It is theirs: what becomes of it is theirs to tell.
      if (error instanceof TakenFurtherError) return call
      const callId = error instanceof UnexpectedResponseError ? error.callId : undefined
      if (callId !== undefined) {
        // The answer was odd, but it named the call: it is placed.
        settled = await calls.change(call.id, { state: 'placed', callId }, clock.now(), UNSETTLED)
      } else {
        const reference = newId().slice(0, 8)
        log.warn(
          { call: call.id, team: call.team, reference, ...errorFields(error) },
          'a call was not placed, or may have been',
        )
        const failure = failureOf(error, reference)
        const settle = (state: CallState, from: CallState) =>
          calls.change(call.id, { state, failure }, clock.now(), [from])
        settled =
          // What nobody has marked as being sent was not sent.
          (await settle(isMovoiceError(error) ? stateAfter(error) : 'not_placed', 'claimed')) ??
          (await settle(stateAfter(error), 'sending'))
      }
    }
    const now = settled ?? call
    // Events that came before the answer with the call's id are applied now.
    if (now.callId !== null && isOpen(now.state)) await this.#results.refresh(now)
    await this.#cards.sync(call.id, call.team)
    return now
  }

  /** Sends the request, once this process has the right to: that is stored at the last moment before it leaves. */
  async #send(call: Call): Promise<string> {
    const { calls, clock, movoice, workspaces } = this.#desk
    const created = await (await movoice(call.team)).calls.create(inputOf(call.request), {
      beforeSending: async () => {
        // It may have waited for its turn since it was judged.
        if ((await workspaces.policy(call.team)).killSwitch) throw new SwitchedOffError()
        const mine = await calls.change(call.id, { state: 'sending' }, clock.now(), ['claimed'])
        if (mine === undefined) throw new TakenFurtherError()
      },
    })
    return created.call_id
  }

  /** Looks for a call whose answer was lost with the process that waited for it. */
  async #lookFor(call: Call): Promise<string> {
    const { calls, movoice } = this.#desk
    const found = await (await movoice(call.team)).calls.findPlaced(inputOf(call.request), {
      sentAfter: call.createdAt,
      isOthers: async (id) => (await calls.byCallId(id)) !== undefined,
    })
    return found.call_id
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

/** Another process places the call, or has placed it. */
class TakenFurtherError extends Error {}

function inputOf(request: Request): CreateCallInput {
  const { phone, agentId, variables, fromNumber, maxDuration, scheduleAt } = request
  return {
    agent_id: agentId,
    recipient_phone: phone,
    ...(Object.keys(variables).length > 0 && { variables: { ...variables } }),
    ...(fromNumber !== undefined && { from_number: fromNumber }),
    ...(maxDuration !== undefined && { max_duration: maxDuration }),
    ...(scheduleAt !== undefined && { schedule_at: scheduleAt }),
  }
}
