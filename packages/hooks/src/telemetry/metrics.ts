import type { Clock } from '@movoice-kit/core/engine'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { RATE_LIMITS } from '../http/rate-limits.ts'
import type { Database } from '../store/database.ts'
import { readDepths } from '../store/depths.ts'
import { readTallies } from '../store/tallies.ts'
import { apiCostOf } from './api-cost.ts'
import {
  type AttemptSeen,
  type LimitSeen,
  latencyOf,
  type Observer,
  type RequestSeen,
  type SweepSeen,
  type WebhookSeen,
} from './observer.ts'

export interface MetricsOptions {
  readonly database: Database
  readonly clock: Clock
  /** The names of the Movoice accounts. */
  readonly accounts: readonly string[]
  /** Deliveries this process has on the wire. */
  readonly inFlight: () => number
  /** Adds what was counted here to the numbers in the database. */
  readonly flush: () => Promise<void>
}

const PREFIX = 'movoice_hooks_'
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]
const LATENCIES = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1800, 3600, 21_600, 86_400]
/** Looking at the database for every scrape would let whoever scrapes fast slow the server down. */
const FRESH_MS = 2_000
const DAY_MS = 24 * 3_600_000
const WEBHOOK_RESULTS = ['new', 'repeat', 'refused', 'failed'] as const satisfies WebhookSeen['result'][]
const VERDICTS = ['delivered', 'failed', 'later', 'gone'] as const satisfies AttemptSeen['verdict']['kind'][]

let shared: Registry | undefined

/** What Node tells of its process: gathered once, however many servers run in it. */
function processMetrics(): Registry {
  if (shared === undefined) {
    shared = new Registry()
    collectDefaultMetrics({ register: shared })
  }
  return shared
}

/** The numbers of this process and its database, for Prometheus. */
export class Metrics implements Observer {
  readonly #options: MetricsOptions
  readonly #registry = new Registry()
  #measuredAt = Number.NEGATIVE_INFINITY

  readonly #webhooks = this.#counter('webhooks_total', 'Webhooks that came in', ['account', 'result'])
  readonly #ingest = this.#histogram('ingest_seconds', 'From a webhook to its answer, stored', DURATIONS, [])
  readonly #limited = this.#counter('rate_limited_total', 'Requests that were one too many', ['limit'])
  readonly #attempts = this.#counter('attempts_total', 'Attempts to deliver', ['result'])
  readonly #durations = this.#histogram('attempt_seconds', 'One attempt with its whole answer', DURATIONS, [
    'result',
  ])
  readonly #latency = this.#histogram(
    'delivery_latency_seconds',
    'From an event being ready to its being delivered, over all attempts',
    LATENCIES,
    [],
  )
  readonly #requests = this.#counter('api_requests_total', 'Requests to the Movoice API', [
    'account',
    'operation',
    'status',
  ])
  readonly #sweeps = this.#counter('sweeps_total', 'Sweeps of GET /calls', ['account'])
  readonly #recovered = this.#counter('sweep_recovered_total', 'Events found by a sweep only', ['account'])
  readonly #up = this.#gauge('database_up', '1 if the database answers', [])
  readonly #deliveries = this.#gauge('deliveries', 'Deliveries that are not done, in the whole database', [
    'status',
  ])
  readonly #waiting = this.#gauge('events_waiting', 'Events that wait for what the API may still tell', [])
  readonly #oldest = this.#gauge('oldest_due_seconds', 'How long the oldest due delivery has been due', [])
  readonly #inFlight = this.#gauge('in_flight', 'Deliveries this process has on the wire', [])
  readonly #subscriptions = this.#gauge('subscriptions', 'Subscriptions that have not ended', ['status'])
  readonly #perCall = this.#gauge(
    'api_requests_per_call',
    'Requests to the Movoice API for each call whose end was learned, over 24 hours; 0 before the first',
    [],
  )
  readonly #failing = this.#gauge('subscriptions_failing', 'Subscriptions whose endpoint is down', [])

  constructor(options: MetricsOptions) {
    this.#options = options
    // What has not happened yet is 0 rather than absent: an alert on a rise must see the first time.
    for (const account of options.accounts) {
      for (const result of WEBHOOK_RESULTS) this.#webhooks.inc({ account, result }, 0)
      this.#sweeps.inc({ account }, 0)
      this.#recovered.inc({ account }, 0)
    }
    for (const result of VERDICTS) this.#attempts.inc({ result }, 0)
    for (const limit of Object.keys(RATE_LIMITS)) this.#limited.inc({ limit }, 0)
  }

  webhook({ account, result, startedAt, endedAt }: WebhookSeen): void {
    this.#webhooks.inc({ account, result })
    if (result === 'new' || result === 'repeat') this.#ingest.observe((endedAt - startedAt) / 1000)
  }

  attempt(seen: AttemptSeen): void {
    const { verdict, startedAt, endedAt } = seen
    const result = verdict.kind
    this.#attempts.inc({ result })
    this.#durations.observe({ result }, (endedAt - startedAt) / 1000)
    if (result === 'delivered') this.#latency.observe(latencyOf(seen) / 1000)
  }

  request({ account, operation, status }: RequestSeen): void {
    this.#requests.inc({ account, operation, status: status ?? 'none' })
  }

  limited({ limit }: LimitSeen): void {
    this.#limited.inc({ limit })
  }

  sweep({ account, found }: SweepSeen): void {
    this.#sweeps.inc({ account })
    this.#recovered.inc({ account }, found)
  }

  readonly contentType = this.#registry.contentType

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    const { clock, inFlight } = this.#options
    this.#inFlight.set(inFlight())
    if (Math.abs(clock.now() - this.#measuredAt) >= FRESH_MS) await this.#measure()
    return Registry.merge([this.#registry, processMetrics()]).metrics()
  }

  async #measure(): Promise<void> {
    const { database, clock, flush } = this.#options
    const now = clock.now()
    for (const gauge of [this.#deliveries, this.#subscriptions]) gauge.reset()
    try {
      const depths = await readDepths(database.db, now)
      for (const [status, count] of Object.entries(depths.deliveries)) this.#deliveries.set({ status }, count)
      for (const [status, count] of Object.entries(depths.subscriptions)) {
        this.#subscriptions.set({ status }, count)
      }
      this.#failing.set(depths.failing)
      this.#waiting.set(depths.waiting)
      this.#oldest.set(depths.oldestDueMs / 1000)
      await flush()
      const tallies = await readTallies(database.db, now - DAY_MS)
      this.#perCall.set(apiCostOf(tallies).perCall ?? 0)
      this.#up.set(1)
      this.#measuredAt = now
    } catch {
      // That it does not answer is the measurement.
      this.#up.set(0)
    }
  }

  #counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.#registry] })
  }

  #gauge<T extends string>(name: string, help: string, labelNames: T[]): Gauge<T> {
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.#registry] })
  }

  #histogram<T extends string>(name: string, help: string, buckets: number[], labelNames: T[]): Histogram<T> {
    return new Histogram({ name: PREFIX + name, help, buckets, labelNames, registers: [this.#registry] })
  }
}
