import { VERSION } from '@movoice-kit/core/contract'
import { Cancellation, type Clock, type Random } from '@movoice-kit/core/engine'
import { signDelivery } from '@movoice-kit/core/events'
import type { Job } from '../store/claims.ts'
import type { Database } from '../store/database.ts'
import type { LiveSubscription, Snapshot } from '../subscriptions/snapshot.ts'
import type { Log } from '../telemetry/log.ts'
import type { AttemptSeen } from '../telemetry/observer.ts'
import type { HeldJob } from './endpoint.ts'
import { judge } from './judge.ts'
import type { Outcome } from './outcome.ts'
import type { Sender } from './sender.ts'

export interface AttemptsOptions {
  readonly database: Database
  readonly snapshot: Snapshot
  readonly sender: Sender
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** For one attempt with its whole answer, in milliseconds. */
  readonly timeoutMs: number
  /** Headers beside our own, such as a trace's. */
  readonly moreHeaders?: ((job: Job, at: number) => Readonly<Record<string, string>>) | undefined
  /** Told of every attempt. */
  readonly onAttempt?: ((seen: AttemptSeen) => void) | undefined
}

const USER_AGENT = `movoice-kit-hooks/${VERSION}`

/** Makes single attempts: signed, bounded in time, and judged by their answer. */
export class Attempts {
  readonly #options: AttemptsOptions
  readonly #underWay = new Set<Cancellation>()

  constructor(options: AttemptsOptions) {
    this.#options = options
  }

  /** Ends all that are under way, as if their time were over. */
  cutOff(): void {
    for (const attempt of this.#underWay) attempt.cancel()
  }

  /** Sends a delivery, if its subscription is still to have it now. */
  async make(job: HeldJob): Promise<Outcome> {
    const { sender, clock, timeoutMs, moreHeaders, onAttempt, random } = this.#options
    const subscription = await this.#subscriptionOf(job)
    const now = clock.now()
    if (subscription === 'unknown') return { job, at: now, kind: 'postponed', dueAt: now + 1_000 }
    if (subscription === undefined) return { job, at: now, kind: 'cancelled' }
    const waits = subscription.status === 'paused' || subscription.probe_at !== null
    if (waits && !job.probe) return { job, at: now, kind: 'held' }
    if ((subscription.hold_until ?? 0) > now) {
      return { job, at: now, kind: 'postponed', dueAt: subscription.hold_until ?? now }
    }
    const stop = new Cancellation()
    const timer = new Cancellation()
    this.#underWay.add(stop)
    void clock.sleep(timeoutMs, timer.signal).then(() => stop.cancel())
    const receipt = await sender.send({
      url: subscription.target_url,
      headers: { ...moreHeaders?.(job, now), ...headersOf(job, subscription, now) },
      body: job.body,
      signal: stop.signal,
    })
    timer.cancel()
    this.#underWay.delete(stop)
    const at = clock.now()
    const verdict = judge(receipt, at)
    onAttempt?.({
      job,
      verdict,
      status: receipt.kind === 'answered' ? receipt.status : null,
      url: subscription.target_url,
      startedAt: now,
      endedAt: at,
    })
    return {
      job,
      at,
      kind: 'tried',
      verdict,
      ms: at - now,
      status: receipt.kind === 'answered' ? receipt.status : null,
      answer: receipt.kind === 'answered' ? receipt.text : '',
      chance: random(),
    }
  }

  async #subscriptionOf(job: HeldJob): Promise<LiveSubscription | 'unknown' | undefined> {
    // One that was made or changed since the last look may not be in the snapshot yet.
    const known = this.#options.snapshot.get(job.subscription_id)
    if (known !== undefined) return known
    try {
      await this.#options.snapshot.refresh(this.#options.database.db)
    } catch (error) {
      this.#options.log.error({ err: error }, 'subscriptions cannot be read from the database')
      // Not known is not gone: the delivery must not be cancelled for it.
      return 'unknown'
    }
    return this.#options.snapshot.get(job.subscription_id)
  }
}

function headersOf(job: Job, subscription: LiveSubscription, now: number): Record<string, string> {
  const timestamp = Math.floor(now / 1000)
  const { secret, old_secret, old_secret_until } = subscription
  const secrets = old_secret !== null && (old_secret_until ?? 0) > now ? [secret, old_secret] : [secret]
  return {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    'webhook-id': job.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signDelivery({ id: job.id, timestamp, body: job.body }, secrets),
    ...(job.missing !== null && { 'movoice-missing': job.missing }),
  }
}
