import { Cancellation } from '@movoice-kit/core/engine'
import { Batcher } from '../store/batcher.ts'
import { claimDue, claimProbe, type Job, readHeads } from '../store/claims.ts'
import type { LiveSubscription, Snapshot } from '../subscriptions/snapshot.ts'
import { WakeLoop } from '../wake-loop.ts'
import { Attempts, type AttemptsOptions } from './attempt.ts'
import { Endpoint, type HeldJob } from './endpoint.ts'
import { endProbing, takeProbe } from './endpoint-state.ts'
import { type Outcome, storeOutcomes } from './outcome.ts'
import { PROBE_MS } from './schedule.ts'
import { shareOut } from './share-out.ts'

export interface DispatcherOptions extends AttemptsOptions {
  /** This process's name on what it has in hand. */
  readonly lease: string
  /** How many deliveries may be under way at once, to all endpoints together. */
  readonly maxInFlight: number
  /** How often to look for work that another process queued. */
  readonly pollMs: number
  /** How many processes share the endpoints' limits. */
  readonly share: () => number
  /**
   * The least time between two commits of outcomes, in milliseconds of the machine's own: under load, more of them
   * then share one. 0 where time is not the machine's.
   */
  readonly commitEveryMs: number
}

/** Takes what is due, sends it, and writes down what became of it. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #snapshot: Snapshot
  readonly #endpoints = new Map<string, Endpoint>()
  readonly #outcomes: Batcher<Outcome, undefined>
  readonly #attempts: Attempts
  readonly #loop: WakeLoop
  readonly #inHand = new Set<string>()
  #inFlight = 0
  #reserved = 0
  /** Whether the last round left work behind that is due, for want of room altogether. */
  #more = false
  /** Endpoints that had no room for work that is due. */
  #behind = new Set<string>()
  #onIdle: (() => void) | undefined

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#snapshot = options.snapshot
    this.#outcomes = new Batcher((outcomes) => this.#store(outcomes), {
      everyMs: options.commitEveryMs,
    })
    this.#attempts = new Attempts(options)
    const { clock, pollMs, log } = options
    this.#loop = new WakeLoop({
      clock,
      pollMs,
      round: () => this.#round(),
      onError: (error) => {
        log.error({ err: error }, 'deliveries cannot be read from the database; trying again')
      },
    })
  }

  start(): void {
    this.#loop.start()
  }

  /** Something may have become due. */
  wake(): void {
    this.#loop.wake()
  }

  /** The ids of all deliveries this process has in hand. */
  get inHand(): ReadonlySet<string> {
    return this.#inHand
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** Whether one more to this subscription could be sent at once; if so, its place is kept for {@link accept}. */
  reserve(subscriptionId: string): boolean {
    if (this.#loop.stopping || this.#inFlight + this.#reserved >= this.#options.maxInFlight) return false
    const endpoint = this.#endpoint(subscriptionId)
    if (endpoint.room <= 0) return false
    endpoint.reserved += 1
    this.#reserved += 1
    return true
  }

  /** Gives back a place that was kept, as nothing came of it. */
  unreserve(subscriptionId: string): void {
    const endpoint = this.#endpoint(subscriptionId)
    endpoint.reserved -= 1
    this.#reserved -= 1
  }

  /** Takes a delivery for which a place was kept, once it is stored. */
  accept(job: Job): void {
    this.unreserve(job.subscription_id)
    this.#enqueue({ ...job, probe: false })
  }

  /** Lets what is under way end, but no longer than `graceMs`; what is cut off then is sent again later. */
  async stop(graceMs: number): Promise<void> {
    await this.#loop.stop()
    if (this.#inFlight > 0) {
      const enough = new Cancellation()
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve
      })
      await Promise.race([idle, this.#options.clock.sleep(graceMs, enough.signal)])
      enough.cancel()
    }
    this.#attempts.cutOff()
    await this.#outcomes.idle()
  }

  /** Takes what is due now. Returns how long there is nothing more to do. */
  async #round(): Promise<number> {
    const { database, lease, clock, maxInFlight, random } = this.#options
    const { db } = database
    const subscriptions = await this.#snapshot.refresh(db)
    const nextProbe = await this.#probe(subscriptions.values())
    this.#forgetIdle()
    const room = maxInFlight - this.#inFlight - this.#reserved - this.#queued()
    this.#more = room <= 0
    if (room <= 0) return nextProbe - clock.now()
    const now = clock.now()
    const heads = await readHeads(db)
    const due = heads.filter(({ due_at }) => due_at <= now)
    const ids = due.map(({ subscription_id }) => subscription_id)
    const { rooms, behind, short } = shareOut(ids, { room, endpoints: this.#endpoints, random })
    this.#behind = behind
    this.#more = short
    if (rooms.length > 0) {
      const jobs = await database.passing((tx) => claimDue(database, tx, { lease, now, rooms }))
      for (const job of jobs) this.#enqueue({ ...job, probe: false })
      if (jobs.length > 0) return 0
    }
    const later = heads.flatMap(({ due_at }) => (due_at > now ? [due_at] : []))
    return Math.max(0, Math.min(nextProbe, ...later) - clock.now())
  }

  /** Tries endpoints that are down, each with one delivery. Returns when the next is to be tried. */
  async #probe(subscriptions: Iterable<LiveSubscription>): Promise<number> {
    const { database, clock, lease } = this.#options
    let next = Number.POSITIVE_INFINITY
    for (const { id, probe_at, status } of subscriptions) {
      if (probe_at === null || (status !== 'active' && status !== 'used')) continue
      const now = clock.now()
      if (probe_at > now) {
        next = Math.min(next, probe_at)
        continue
      }
      const job = await database.transaction(async (db) => {
        if (!(await takeProbe(db, id, { now, next: now + PROBE_MS }))) return undefined
        const found = await claimProbe(database, db, { lease, subscriptionId: id })
        if (found === undefined) await endProbing(db, id)
        return found
      })
      next = Math.min(next, now + PROBE_MS)
      if (job !== undefined) this.#enqueue({ ...job, probe: true })
    }
    return next
  }

  #endpoint(id: string): Endpoint {
    let endpoint = this.#endpoints.get(id)
    if (endpoint === undefined) {
      endpoint = new Endpoint()
      this.#endpoints.set(id, endpoint)
    }
    return endpoint
  }

  #queued(): number {
    let sum = 0
    for (const { queue } of this.#endpoints.values()) sum += queue.length
    return sum
  }

  #forgetIdle(): void {
    for (const [id, endpoint] of this.#endpoints) {
      if (endpoint.idle && this.#snapshot.get(id) === undefined) this.#endpoints.delete(id)
    }
  }

  #enqueue(job: HeldJob): void {
    const endpoint = this.#endpoint(job.subscription_id)
    this.#inHand.add(job.id)
    endpoint.queue.push(job)
    this.#pump(job.subscription_id, endpoint)
  }

  #pump(id: string, endpoint: Endpoint): void {
    const { clock, maxInFlight, share } = this.#options
    while (endpoint.queue.length > 0 && endpoint.running < endpoint.concurrency) {
      if (this.#inFlight >= maxInFlight || this.#loop.stopping) return
      const subscription = this.#snapshot.get(id)
      if (subscription !== undefined) endpoint.configure(subscription.limits, share())
      const wait = endpoint.rate.take(clock.now())
      if (wait > 0) {
        this.#pumpLater(id, endpoint, wait)
        return
      }
      const job = endpoint.queue.shift()
      if (job === undefined) return
      endpoint.running += 1
      this.#inFlight += 1
      void this.#attempt(job, endpoint)
    }
  }

  #pumpLater(id: string, endpoint: Endpoint, ms: number): void {
    if (endpoint.waking) return
    endpoint.waking = true
    void this.#options.clock.sleep(ms).then(() => {
      endpoint.waking = false
      this.#pump(id, endpoint)
      this.#catchUp(id, endpoint)
    })
  }

  async #attempt(job: HeldJob, endpoint: Endpoint): Promise<void> {
    let onTheWire = true
    const offTheWire = () => {
      if (onTheWire) endpoint.running -= 1
      onTheWire = false
    }
    try {
      const outcome = await this.#attempts.make(job)
      if (outcome.kind === 'tried') endpoint.learn(outcome.verdict.kind === 'delivered')
      const stored = this.#outcomes.add(outcome)
      // While a success is being written the endpoint can take the next; a failure may mean that it should not.
      if (!isOpen(outcome)) {
        offTheWire()
        this.#pump(job.subscription_id, endpoint)
      }
      await stored
    } catch (error) {
      // Only a stop ends the storing of outcomes before it succeeds; the delivery is sent again after the start.
      this.#options.log.error({ err: error, delivery: job.id }, 'the outcome of a delivery was not stored')
    } finally {
      this.#inHand.delete(job.id)
      offTheWire()
      this.#inFlight -= 1
      this.#pump(job.subscription_id, endpoint)
      if (this.#inFlight === 0) this.#onIdle?.()
      this.#catchUp(job.subscription_id, endpoint)
    }
  }

  /** After a round that left something behind for want of room, there is another once there is some. */
  #catchUp(id: string, endpoint: Endpoint): void {
    if (endpoint.hungry && this.#behind.delete(id)) this.wake()
    else if (this.#more && this.#inFlight < this.#options.maxInFlight / 2) this.wake()
  }

  /** Writes outcomes until the database takes them: a delivery that was made must not be forgotten. */
  async #store(outcomes: readonly Outcome[]): Promise<undefined[]> {
    const { database, clock, log } = this.#options
    for (;;) {
      try {
        const changed = await database.transaction((db) => storeOutcomes(database, db, outcomes))
        if (changed) {
          await this.#snapshot.refresh(database.db)
          database.bell.ring()
        }
        // What failed is due again at a time nobody has looked for yet.
        if (outcomes.some(isOpen)) this.wake()
        return outcomes.map(() => undefined)
      } catch (error) {
        log.error({ err: error, count: outcomes.length }, 'outcomes cannot be stored; trying again')
        if (this.#loop.stopping) throw error
        await clock.sleep(1_000)
      }
    }
  }
}

const isOpen = (outcome: Outcome): boolean =>
  outcome.kind !== 'tried' || outcome.verdict.kind !== 'delivered' || outcome.job.probe
