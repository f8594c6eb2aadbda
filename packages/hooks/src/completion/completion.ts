import { type Clock, isMovoiceError } from '@movoice-kit/core/engine'
import { type CallEvent, completeCallEvent } from '@movoice-kit/core/events'
import { type Account, isOver } from '../accounts/account.ts'
import { StoppedError } from '../accounts/pace.ts'
import type { Intake } from '../ingest/intake.ts'
import type { Database } from '../store/database.ts'
import { claimWaiting, nextWaiting, postponeWaiting, siblingsOf, type WaitingEvent } from '../store/events.ts'
import type { Log } from '../telemetry/log.ts'
import type { EnrichSeen } from '../telemetry/observer.ts'
import { WakeLoop } from '../wake-loop.ts'
import { missingFields } from './missing.ts'

/** When the API is asked again for what it did not know yet, after the event came in. */
const PAUSES = [2_000, 3_000, 5_000, 10_000, 15_000] as const
/** A call that the API does not know may only not be known yet: so often it is asked for again, 10 s in all. */
const TRIES_OF_UNKNOWN = 3
const BATCH = 50

export interface CompletionOptions {
  readonly database: Database
  readonly clock: Clock
  readonly accounts: ReadonlyMap<string, Account>
  readonly intake: Intake
  readonly lease: string
  readonly log: Log
  readonly pollMs: number
  /** Told each time the API was asked. */
  readonly onEnrich?: ((seen: EnrichSeen) => void) | undefined
}

/** Asks the API for what a webhook leaves out, and hands the event over once it is whole or the wait is over. */
export class Completion {
  readonly #options: CompletionOptions
  readonly #working = new Set<Promise<void>>()
  readonly #loop: WakeLoop

  constructor(options: CompletionOptions) {
    this.#options = options
    const { clock, pollMs, log } = options
    this.#loop = new WakeLoop({
      clock,
      pollMs,
      round: () => this.#round(),
      onError: (error) => {
        log.error({ err: error }, 'waiting events cannot be read from the database; trying again')
      },
    })
  }

  /** The numbers of all events this process has in hand. */
  readonly inHand = new Set<number>()

  start(): void {
    this.#loop.start()
  }

  wake(): void {
    this.#loop.wake()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    await Promise.allSettled(this.#working)
  }

  async #round(): Promise<number> {
    const { database, clock, lease } = this.#options
    const room = BATCH - this.#working.size
    if (room <= 0) return this.#options.pollMs
    const events = await claimWaiting(database, database.db, { lease, now: clock.now(), limit: room })
    for (const event of events) {
      this.inHand.add(event.seq)
      const work = this.#complete(event).finally(() => {
        this.inHand.delete(event.seq)
        this.#working.delete(work)
        this.wake()
      })
      this.#working.add(work)
    }
    if (events.length > 0) return 0
    const next = await nextWaiting(database.db)
    return next === undefined ? Number.POSITIVE_INFINITY : Math.max(0, next - clock.now())
  }

  async #complete(waiting: WaitingEvent): Promise<void> {
    const { database, clock, intake, log } = this.#options
    try {
      const { event, expects } = await this.#ask(waiting)
      const missing = missingFields(event)
      const now = clock.now()
      if (isWorthwhile(expects, missing, waiting.tries) && now < waiting.waitUntil) {
        const pause = PAUSES[Math.min(waiting.tries, PAUSES.length - 1)] ?? PAUSES[0]
        await postponeWaiting(database.db, waiting.seq, Math.min(now + pause, waiting.waitUntil))
        return
      }
      await intake.finish({
        ...waiting,
        event,
        body: JSON.stringify(event),
        missing: missing.length === 0 ? null : missing.join(','),
      })
    } catch (error) {
      // What is in hand at a stop is let go of as a whole.
      if (error instanceof StoppedError) return
      log.error({ err: error, event: waiting.event.id }, 'an event could not be completed; trying again')
      await clock.sleep(1_000)
      await postponeWaiting(database.db, waiting.seq, clock.now()).catch((again: unknown) => {
        // The database is away: the event keeps its place in hand until this process is looked after.
        log.error({ err: again, event: waiting.event.id }, 'an event could not be put back')
      })
    }
  }

  /** What is known of the event by now, and what there is to expect. */
  async #ask({ account: name, event }: WaitingEvent): Promise<{ event: CallEvent; expects: Expectation }> {
    const { accounts, log, clock, database, onEnrich } = this.#options
    const account = accounts.get(name)
    if (account === undefined || !account.asks || event.call_id === null) return { event, expects: 'nothing' }
    const startedAt = clock.now()
    let known = fromSiblings(event, await siblingsOf(database.db, name, event.call_id))
    let expects: Expectation = 'maybe'
    let failed: string | undefined
    try {
      const ended = event.type === 'call.completed' || event.type === 'call.failed'
      if (ended || known.agent_id === null || known.recipient_phone === null) {
        const call = await account.call(event.call_id)
        if (ended && !isOver(call)) expects = 'more'
        known = completeCallEvent(known, call)
      }
      if (known.agent_id !== null && known.agent_name === null) {
        known = { ...known, agent_name: await account.agentName(known.agent_id) }
      }
    } catch (error) {
      if (!isMovoiceError(error)) throw error
      failed = error.code
      log.warn(
        { code: error.code, status: error.status, problem: error.message, event: event.id },
        'the API did not tell more of an event',
      )
      // Also what a key may not do: it is the key of the whole server, and soon somebody replaces it.
      expects = error.status === 404 ? 'little' : 'more'
    }
    const { id, type } = event
    const missing = missingFields(known)
    onEnrich?.({ account: name, event: { id, type }, missing, failed, startedAt, endedAt: clock.now() })
    return { event: known, expects }
  }
}

/**
 * What the API may still tell of an event: `more`, as it could not be asked or says that the call goes on; `maybe`
 * what is missing; `little`, as it does not know the call; `nothing`, as nobody asks it.
 */
type Expectation = 'more' | 'maybe' | 'little' | 'nothing'

/** Whether it is worth asking again. */
function isWorthwhile(expects: Expectation, missing: readonly string[], tries: number): boolean {
  if (expects === 'more') return true
  return missing.length > 0 && (expects === 'maybe' || (expects === 'little' && tries < TRIES_OF_UNKNOWN))
}

/** What does not change in a call, from other events of it that have been told already. */
function fromSiblings(event: CallEvent, siblings: readonly CallEvent[]): CallEvent {
  let known = event
  for (const other of siblings) {
    known = {
      ...known,
      agent_id: known.agent_id ?? other.agent_id,
      agent_name: known.agent_name ?? other.agent_name,
      direction: known.direction ?? other.direction,
      recipient_phone: known.recipient_phone ?? other.recipient_phone,
      variables: known.variables ?? other.variables,
    }
  }
  return known
}
