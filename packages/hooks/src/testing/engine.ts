import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '@movoice-kit/core'
import { toCallEvent } from '@movoice-kit/core/events'
import { Dispatcher } from '../delivery/dispatcher.ts'
import { undiciSender } from '../delivery/undici-sender.ts'
import { Intake } from '../ingest/intake.ts'
import { openDatabase, type StoreOptions } from '../store/open.ts'
import { Subscriptions } from '../subscriptions/service.ts'
import { Snapshot } from '../subscriptions/snapshot.ts'
import { silentLog } from '../telemetry/log.ts'
import { Upkeep } from '../upkeep/upkeep.ts'

export interface Engine {
  subscribe(targetUrl: string): Promise<void>
  /** Resolves once the event is on disk and queued. */
  take(payload: { readonly event_type: string; readonly call_id: string }): Promise<unknown>
  /** How many deliveries were stored as delivered. */
  delivered(): number
  close(): Promise<void>
}

const POLICY = { allowLoopback: true, allowPrivate: false }

/** Queue and deliveries without the HTTP server in front, to be measured by themselves. */
export async function startEngine(store: StoreOptions, clock: Clock = systemClock): Promise<Engine> {
  const database = await openDatabase(store)
  const snapshot = new Snapshot()
  const lease = `engine-${process.pid}-${randomBytes(4).toString('hex')}`
  let delivered = 0
  const dispatcher = new Dispatcher({
    database,
    snapshot,
    sender: undiciSender(POLICY),
    clock,
    random: Math.random,
    log: silentLog,
    lease,
    timeoutMs: 20_000,
    maxInFlight: 256,
    pollMs: 1_000,
    share: () => upkeep.workers,
    commitEveryMs: 4,
    onAttempt: ({ verdict }) => {
      if (verdict.kind === 'delivered') delivered += 1
    },
  })
  const intake = new Intake({ database, clock, dispatcher, snapshot, lease, onWaiting: () => undefined })
  const subscriptions = new Subscriptions(database, clock, POLICY, () => dispatcher.wake())
  const upkeep: Upkeep = new Upkeep({
    database,
    clock,
    log: silentLog,
    lease,
    inHand: () => dispatcher.inHand,
    retentionMs: 86_400_000,
    onWork: () => dispatcher.wake(),
  })
  await upkeep.signOn()
  dispatcher.start()
  upkeep.start()
  return {
    subscribe: async (target_url) => {
      await subscriptions.create({ target_url, event: '*', limits: { concurrency: 64 } })
    },
    take: (payload) => {
      const receivedAt = clock.now()
      const event = toCallEvent(payload, undefined, { receivedAt })
      return intake.take({ account: 'default', event, receivedAt, source: 'webhook', waitUntil: undefined })
    },
    delivered: () => delivered,
    close: async () => {
      await upkeep.stop()
      await dispatcher.stop(10_000)
      await upkeep.signOff()
      await database.close()
    },
  }
}
