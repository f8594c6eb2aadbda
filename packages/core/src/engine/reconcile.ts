import type { Call } from '../contract/call.ts'
import type { CancelSignal } from './cancel.ts'
import type { Clock } from './clock.ts'
import type { Contender } from './contenders.ts'
import { isMovoiceError, type MovoiceError, OutcomeUnknownError } from './errors.ts'
import { aborted } from './failure-error.ts'

/** When the list is looked at, in milliseconds after the request came back without an answer. */
export const LOOKS_MS = [2_000, 5_000, 15_000, 30_000] as const
/** How often one look is repeated because requests for the same were under way meanwhile. */
const REPEATS = 3

/** Something in the list that the request may have placed. */
export interface Match<T> {
  readonly id: string
  readonly value: T
}

export interface Sighting<T> {
  /** What is certain to be of this kind and time, the oldest first. */
  readonly matches: readonly Match<T>[]
  /** Every call that has to do with it, for a person to judge. */
  readonly seen: readonly Call[]
  /** Whether the list was read to its end. */
  readonly complete: boolean
}

export interface Search<T> {
  readonly clock: Clock
  /** In milliseconds since 1970. */
  readonly deadline: number
  readonly signal: CancelSignal | undefined
  readonly contender: Contender
  readonly look: () => Promise<Sighting<T>>
  /** Why there is something to look for. */
  readonly reason: MovoiceError
  /** What is looked for, such as `call`. */
  readonly what: string
  /** When the request came back without an answer, in milliseconds since 1970: looks are taken from then on. */
  readonly since: number
}

/**
 * Looks for what a request may have placed, a few times while it can still turn up. Exactly one candidate that
 * nobody else can claim is it; anything else stays unknown, as guessing could hide a second ring.
 *
 * @throws {@link OutcomeUnknownError} with what was seen
 * @throws {@link AbortedError} when the caller's signal fires
 */
export async function reconcile<T>(search: Search<T>): Promise<T> {
  const { clock, deadline, signal, contender, reason } = search
  contender.becomesOpen()
  const times = timesOf(search)
  let last: Sighting<T> | undefined
  let trouble: MovoiceError | undefined
  for (const at of times) {
    await clock.sleep(at - clock.now(), signal)
    if (signal?.aborted) throw aborted(reason.attempts, 'maybe')
    if (clock.now() >= deadline) break
    try {
      const { sighting, settled } = await lookInPeace(search)
      last = sighting
      trouble = undefined
      if (!settled) continue
    } catch (error) {
      if (signal?.aborted || !isMovoiceError(error)) throw error
      trouble = error
      // What refuses one look will refuse the next.
      if (isFinal(error)) break
      continue
    }
    const { matches, complete } = last
    const rivals = contender.rivals
    const mine = matches.find(({ id }) => !contender.isTaken(id))
    if (mine === undefined) continue
    const free = matches.filter(({ id }) => !contender.isTaken(id)).length
    if (complete && rivals !== undefined && free <= rivals) {
      contender.take(mine.id)
      return mine.value
    }
    if (rivals !== undefined && free > rivals) break
  }
  throw unknown(search, last, trouble)
}

/** When to look, in milliseconds since 1970: once for all times that are past already. */
function timesOf({ clock, since, deadline }: Search<unknown>): number[] {
  const now = clock.now()
  const times = LOOKS_MS.map((ms) => since + ms).filter((at) => at < deadline)
  const coming = times.filter((at) => at > now)
  return coming.length === times.length && coming.length > 0 ? coming : [now, ...coming]
}

/** Looks while no request for the same is under way; `settled` is false where that could not be had. */
async function lookInPeace<T>({
  clock,
  deadline,
  signal,
  contender,
  look,
}: Search<T>): Promise<{ sighting: Sighting<T>; settled: boolean }> {
  for (let repeat = 1; ; repeat += 1) {
    await contender.quiet(Math.max(0, deadline - clock.now()), signal)
    const sighting = await look()
    if (!contender.disturbed) return { sighting, settled: true }
    if (repeat === REPEATS) return { sighting, settled: false }
  }
}

function isFinal(error: MovoiceError): boolean {
  return error.code === 'tls_failed' || error.status === 401 || error.status === 403
}

function unknown<T>(
  { reason, what, contender }: Search<T>,
  last: Sighting<T> | undefined,
  trouble: MovoiceError | undefined,
): OutcomeUnknownError {
  const seen = (last?.seen ?? []).filter((call) => !contender.isTaken(call.call_id))
  const found =
    last === undefined
      ? `and the list of calls could not be read (${trouble?.message ?? 'there was no time left'})`
      : seen.length === 0
        ? `and it was not found in the list of calls`
        : `and ${seen.length === 1 ? '1 call' : `${seen.length} calls`} in the list could be it`
  const ids = seen.slice(0, 5).map((call) => call.call_id)
  return new OutcomeUnknownError(
    'outcome_unknown',
    `It is not known whether the ${what} was placed: ${reason.message.replace(/\.$/, '')}, ${found}.`,
    {
      status: reason.status,
      requestId: reason.requestId,
      attempts: reason.attempts,
      sent: 'maybe',
      reason,
      candidates: seen,
      notInList: trouble === undefined && last?.complete === true && last.seen.length === 0,
      hint:
        ids.length === 0
          ? `The phone may still ring: look at the list of calls in a few minutes, and place the ${what} again only if it is not there.`
          : `Look at ${ids.join(', ')}${seen.length > ids.length ? ' and others' : ''} before you place the ${what} again.`,
    },
  )
}
