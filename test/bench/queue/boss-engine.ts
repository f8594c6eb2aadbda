// The same server with pg-boss as its queue: the same tables and the same writes, but that a job of pg-boss's, made
// and ended in our transactions, says who is at work on a delivery. As its documentation has it for this: LISTEN,
// one insert for many jobs, a heartbeat, and jobs settled by ourselves with the outcome.
import { systemClock } from '@movoice-kit/core'
import { toCallEvent } from '@movoice-kit/core/events'
import {
  Attempts,
  Batcher,
  type Engine,
  fanOut,
  type Job,
  openDatabase,
  recordEvents,
  Snapshot,
  Subscriptions,
  silentLog,
  storeOutcomes,
  undiciSender,
} from '@movoice-kit/hooks/testing'

interface BossJob {
  readonly id: string
  readonly retryCount: number
  readonly data: { readonly delivery: string }
}

interface Boss {
  on(event: 'error', listener: (error: unknown) => void): void
  start(): Promise<unknown>
  stop(options: object): Promise<void>
  createQueue(name: string, options: object): Promise<void>
  insert(name: string, jobs: readonly object[], options: object): Promise<unknown>
  work(name: string, options: object, handler: (jobs: readonly BossJob[]) => Promise<void>): Promise<string>
  complete(name: string, jobs: readonly BossJob[], data: null, options: object): Promise<unknown>
}

const QUEUE = 'deliveries'
const POLICY = { allowLoopback: true, allowPrivate: false }

/** Queue and deliveries on pg-boss, to be measured beside our own. */
export async function startBossEngine(databaseUrl: string): Promise<Engine> {
  // By name, so that types are checked whether or not this folder has been installed.
  const { PgBoss, fromKysely } = (await import('pg-boss' as string)) as {
    PgBoss: new (options: object) => Boss
    fromKysely: (db: unknown) => object
  }
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: 10,
    useListenNotify: true,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
  })
  boss.on('error', (error) => console.error(`pg-boss: ${String(error)}`))
  await boss.start()
  await boss.createQueue(QUEUE, {
    notify: true,
    retryLimit: 1_000,
    heartbeatSeconds: 10,
    deleteAfterSeconds: 3_600,
  })
  const database = await openDatabase({ databaseUrl })
  const snapshot = new Snapshot()
  const sender = undiciSender(POLICY)
  let delivered = 0
  const attempts = new Attempts({
    database,
    snapshot,
    sender,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    timeoutMs: 20_000,
    onAttempt: ({ verdict }) => {
      if (verdict.kind === 'delivered') delivered += 1
    },
  })
  const intake = new Batcher<Parameters<typeof recordEvents>[2][number], undefined>(async (arrivals) => {
    await database.transaction(async (db) => {
      const { fresh } = await recordEvents(database, db, arrivals)
      const reserve = () => false
      const context = { database, snapshot, lease: 'boss', now: systemClock.now(), reserve }
      await fanOut(context, db, fresh)
      const seqs = fresh.map(({ seq }) => seq)
      const queued =
        seqs.length === 0
          ? []
          : await db.selectFrom('deliveries').select('id').where('event_seq', 'in', seqs).execute()
      const jobs = queued.map(({ id }) => ({ data: { delivery: id } }))
      if (jobs.length > 0) await boss.insert(QUEUE, jobs, { db: fromKysely(db) })
    })
    return arrivals.map(() => undefined)
  })
  const work = async (jobs: readonly BossJob[]) => {
    const ids = jobs.map(({ data }) => data.delivery)
    const rows: Job[] = await database.db
      .selectFrom('deliveries')
      .innerJoin('events', 'events.seq', 'deliveries.event_seq')
      .select(['deliveries.id', 'event_seq', 'subscription_id', 'attempts', 'give_up_at', 'created_at'])
      .select(['body', 'missing'])
      .where('deliveries.id', 'in', ids)
      .execute()
    const outcomes = await Promise.all(rows.map((row) => attempts.make({ ...row, probe: false })))
    await database.transaction(async (db) => {
      await storeOutcomes(database, db, outcomes)
      await boss.complete(QUEUE, jobs, null, { db: fromKysely(db) })
    })
  }
  await boss.work(
    QUEUE,
    {
      batchSize: 32,
      // Twice as many on the wire as our own engine has: a batch waits for its slowest.
      localConcurrency: 4,
      pollingIntervalSeconds: 0.5,
      notifyPollingIntervalSeconds: 1,
      burstWhenBatchFull: true,
      includeMetadata: true,
    },
    work,
  )
  const subscriptions = new Subscriptions(database, systemClock, POLICY, () => undefined)
  return {
    subscribe: async (target_url) => {
      await subscriptions.create({ target_url, event: '*', limits: { concurrency: 64 } })
    },
    take: (payload) => {
      const receivedAt = systemClock.now()
      const event = toCallEvent(payload, undefined, { receivedAt })
      return intake.add({ account: 'default', event, receivedAt, source: 'webhook', waitUntil: undefined })
    },
    delivered: () => delivered,
    close: async () => {
      await boss.stop({ graceful: true, timeout: 10_000 })
      await intake.idle()
      await sender.close()
      await database.close()
    },
  }
}
