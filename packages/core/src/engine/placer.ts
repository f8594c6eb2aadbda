import type { Assumptions } from '../contract/assumptions.ts'
import type { CreateBatchInput, CreatedBatch } from '../contract/batch.ts'
import type { Call, CreateCallInput, CreatedCall } from '../contract/call.ts'
import type { Clock } from './clock.ts'
import { type Contender, Contenders } from './contenders.ts'
import { AbortedError, ConflictError, ConnectionError, isMovoiceError, type MovoiceError } from './errors.ts'
import { aborted } from './failure-error.ts'
import type { Gate } from './gate.ts'
import { HeldSignal } from './held-signal.ts'
import type { Logger } from './logger.ts'
import { recentCalls } from './lookup.ts'
import type { FindOptions, PlaceOptions } from './options.ts'
import type { Pacer } from './pacer.ts'
import { mayBePlacedBy } from './placed-by.ts'
import { type Match, reconcile, type Search, type Sighting } from './reconcile.ts'
import type { AttemptWatch, Requester } from './requester.ts'

/** The answer to a placed call; `reconciled` if it was found in the list of calls, as the answer itself was lost. */
export type PlacedCall = CreatedCall & { readonly reconciled?: true }

/** The answer to a placed batch; `reconciled` as for a call. */
export type PlacedBatch = CreatedBatch & { readonly reconciled?: true }

export interface PlacerParts {
  readonly requester: Requester
  readonly clock: Clock
  readonly assumptions: Assumptions
  readonly logger: Logger | undefined
  /** Keeps to the plan's calls per minute; none without a plan. */
  readonly pacer: Pacer | undefined
  /** Keeps to the plan's concurrent calls. */
  readonly gate: Gate | undefined
  /** How long a call may wait for its turn, in milliseconds. */
  readonly queueTimeoutMs: number
}

/** When a second look is taken for the call that a 409 is about, in milliseconds. */
const SECOND_LOOK_MS = 2_000

/** Makes phones ring: sends a request that dials at most as often as law 1 allows, and finds out what became of it. */
export class Placer {
  readonly #parts: PlacerParts
  readonly #contenders: Contenders

  constructor(parts: PlacerParts) {
    this.#parts = parts
    this.#contenders = new Contenders(parts.clock)
  }

  async place(input: CreateCallInput, options: PlaceOptions): Promise<PlacedCall> {
    const work = this.#dialling(input, options)
    // A call for later is on the line at a time that nobody here can wait for.
    return input.schedule_at === undefined ? this.#throughGate(work) : this.#dial(work)
  }

  /** Finds what an earlier process may have placed, by the rules of a lost answer; sends nothing that dials. */
  async find(input: CreateCallInput, { sentAfter, isOthers, signal }: FindOptions): Promise<PlacedCall> {
    const { requester } = this.#parts
    const work = this.#dialling(input, { signal })
    const contender = this.#contenders.enter(work.key, JSON.stringify(input))
    const deadline = requester.deadline()
    try {
      // Any answer tells how far the clocks are apart, and by that from when on to look.
      await requester.send('calls.list', { query: { limit: 1 } }, { signal, deadline })
      const reason = new ConnectionError('interrupted', 'What placed it ended before the answer came.', {
        sent: 'maybe',
      })
      return await this.#look(work, contender, {
        sentAt: sentAfter,
        since: sentAfter,
        deadline,
        reason,
        isOthers,
      })
    } finally {
      contender.giveUp()
    }
  }

  #dialling(input: CreateCallInput, options: PlaceOptions): Dialling<PlacedCall, 'calls.create'> {
    const { assumptions } = this.#parts
    const isIt = (call: Call) =>
      mayBePlacedBy(call, input) &&
      // A call of a batch to the same person is the batch's.
      batchOf(call, assumptions) === undefined
    return {
      name: 'calls.create',
      what: 'call',
      agentId: input.agent_id,
      key: `call ${input.agent_id} ${input.recipient_phone}`,
      input,
      options,
      idOf: (call) => call.call_id,
      sightingOf: (calls, from, complete) => {
        const seen = calls.filter((call) => isIt(call) && (call.created_at ?? from) >= from)
        // Without its time, a call cannot be told from an earlier one: it is shown, but never claimed.
        const dated = seen.filter((call) => typeof call.created_at === 'number')
        const matches = dated
          .sort((a, b) => (a.created_at ?? 0) - (b.created_at ?? 0))
          .map((call): Match<PlacedCall> => ({ id: call.call_id, value: placedFrom(call, input) }))
        return { matches, seen, complete }
      },
      onError: (error, deadline) =>
        error instanceof ConflictError
          ? this.#withOriginal(error, input, isIt, assumptions, deadline, options)
          : Promise.resolve(error),
    }
  }

  async #throughGate(work: Dialling<PlacedCall, 'calls.create'>): Promise<PlacedCall> {
    const { gate, clock, queueTimeoutMs } = this.#parts
    if (gate === undefined) return this.#dial(work)
    await gate.enter({ signal: work.options.signal, until: clock.now() + queueTimeoutMs })
    try {
      const call = await this.#dial(work)
      gate.placed(call.call_id)
      return call
    } catch (error) {
      if (isMovoiceError(error) && error.sent === 'maybe') gate.unknown()
      else gate.notPlaced()
      throw error
    }
  }

  async placeBatch(input: CreateBatchInput, options: PlaceOptions): Promise<PlacedBatch> {
    const { assumptions } = this.#parts
    const numbers = new Set(input.recipients.map(({ phone }) => phone.replace(/\D/g, '')))
    return this.#dial<PlacedBatch, 'calls.createBatch'>({
      name: 'calls.createBatch',
      what: 'batch',
      agentId: input.agent_id,
      key: `batch ${input.agent_id}`,
      input,
      options,
      idOf: (batch) => batch.batch_id,
      sightingOf: (calls, from, complete) => {
        const seen = calls.filter(
          (call) =>
            (call.agent_id ?? input.agent_id) === input.agent_id &&
            (call.created_at ?? from) >= from &&
            numbers.has((call.recipient_phone ?? '').replace(/\D/g, '')),
        )
        const ids = new Set(seen.map((call) => batchOf(call, assumptions)).filter((id) => id !== undefined))
        const matches = [...ids].map(
          (batch_id): Match<PlacedBatch> => ({ id: batch_id, value: { batch_id, reconciled: true } }),
        )
        return { matches, seen, complete }
      },
      onError: (error) => Promise.resolve(error),
    })
  }

  async #dial<T extends object, Name extends 'calls.create' | 'calls.createBatch'>(
    work: Dialling<T, Name>,
  ): Promise<T> {
    const { requester, clock, logger, pacer, queueTimeoutMs } = this.#parts
    const { name, options, input } = work
    const held = options.finishSent === true ? new HeldSignal(options.signal) : undefined
    const signal = held ?? options.signal
    // Waiting for one's turn is not part of the deadline: it can take as long as the calls before it.
    const until = clock.now() + queueTimeoutMs
    let slot = await pacer?.enter({ signal, until })
    try {
      await options.beforeSending?.()
    } catch (error) {
      if (slot !== undefined) await pacer?.leave(slot, aborted(0, 'no'))
      throw error
    }
    const contender = this.#contenders.enter(work.key, JSON.stringify(input))
    const deadline = requester.deadline()
    let startedAt = clock.now()
    const watch: AttemptWatch = {
      begin: async (attempt) => {
        if (attempt > 1) slot = await pacer?.enter({ signal, until: deadline, again: true })
        startedAt = clock.now()
        held?.hold()
      },
      end: async (error) => {
        if (error !== undefined && error.sent !== 'maybe') held?.letGo()
        if (slot !== undefined) await pacer?.leave(slot, error)
        slot = undefined
      },
    }
    try {
      const answer = (await requester.send(
        name,
        { body: input },
        { signal, timeoutMs: options.timeoutMs, deadline, watch },
      )) as unknown as T
      contender.take(work.idOf(answer))
      return answer
    } catch (error) {
      if (!isMovoiceError(error)) throw error
      if (error.sent !== 'maybe') {
        contender.leave()
        throw options.reconcile === false ? error : await work.onError(error, deadline)
      }
      if (options.reconcile === false || error instanceof AbortedError) throw error
      logger?.warn({ operation: name, code: error.code }, 'looking for what was placed')
      return await this.#look({ ...work, options: { ...options, signal } }, contender, {
        sentAt: startedAt,
        since: clock.now(),
        deadline,
        reason: error,
      })
    } finally {
      held?.end()
      contender.giveUp()
    }
  }

  #look<T extends object, Name>(
    work: Dialling<T, Name>,
    contender: Contender,
    {
      sentAt,
      isOthers,
      ...search
    }: Pick<Search<T>, 'since' | 'deadline' | 'reason'> & {
      readonly sentAt: number
      readonly isOthers?: FindOptions['isOthers']
    },
  ): Promise<T> {
    const { requester, clock, assumptions } = this.#parts
    const { signal } = work.options
    return reconcile({
      ...search,
      clock,
      signal,
      contender,
      what: work.what,
      look: async () => {
        // The API's clock as of the last answer, which may be the look itself: so it is read anew every time.
        const slack = assumptions.clockSlackSeconds
        const from = Math.floor((sentAt + (requester.skewMs ?? 0)) / 1000) - slack
        const { calls, complete } = await recentCalls(
          requester,
          { agentId: work.agentId, from },
          { signal, deadline: search.deadline },
        )
        return work.sightingOf(await without(calls, isOthers), from, complete)
      },
    })
  }

  /** A refused duplicate with the call it is about, as far as that can be found. */
  async #withOriginal(
    error: ConflictError,
    input: CreateCallInput,
    isIt: (call: Call) => boolean,
    { conflictWindowSeconds }: Assumptions,
    deadline: number,
    { signal }: PlaceOptions,
  ): Promise<MovoiceError> {
    const { requester, clock } = this.#parts
    for (const pause of [0, SECOND_LOOK_MS]) {
      await clock.sleep(pause, signal)
      if (signal?.aborted || clock.now() >= deadline) return error
      try {
        const from = Math.floor((clock.now() + (requester.skewMs ?? 0)) / 1000) - conflictWindowSeconds
        const { calls } = await recentCalls(
          requester,
          { agentId: input.agent_id, from },
          { signal, deadline },
        )
        const [call] = calls.filter(isIt).sort((a, b) => (b.created_at ?? 0) - (a.created_at ?? 0))
        if (call === undefined) continue
        const { code, message, status, param, requestId, attempts, sent } = error
        const hint = `The call was placed before: it is ${call.call_id}. Look at that one, do not place it again.`
        return new ConflictError(code, message, { status, param, requestId, attempts, sent, hint, call })
      } catch (failure) {
        // The conflict is the news; that its call could not be looked up must not hide it.
        if (!isMovoiceError(failure)) throw failure
        return error
      }
    }
    return error
  }
}

interface Dialling<T, Name> {
  readonly name: Name
  readonly what: string
  readonly agentId: string
  readonly key: string
  readonly input: object
  readonly options: PlaceOptions
  readonly idOf: (answer: T) => string
  readonly sightingOf: (calls: readonly Call[], from: number, complete: boolean) => Sighting<T>
  readonly onError: (error: MovoiceError, deadline: number) => Promise<MovoiceError>
}

/** The calls that are not known to be another's. */
async function without(calls: readonly Call[], isOthers: FindOptions['isOthers']): Promise<readonly Call[]> {
  if (isOthers === undefined) return calls
  const left: Call[] = []
  for (const call of calls) if (!(await isOthers(call.call_id))) left.push(call)
  return left
}

/** The batch that a call says it belongs to. */
function batchOf(call: Call, { batchOfCallKeys }: Assumptions): string | undefined {
  return batchOfCallKeys
    .map((key) => call[key])
    .find((id): id is string => typeof id === 'string' && id !== '')
}

function placedFrom(call: Call, input: CreateCallInput): PlacedCall {
  return {
    ...call,
    agent_id: call.agent_id ?? input.agent_id,
    recipient_phone: call.recipient_phone ?? input.recipient_phone,
    created_at: call.created_at ?? 0,
    reconciled: true,
  }
}
