import { Cancellation, type Clock } from '@movoice-kit/core/engine'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../store/database.ts'
import { releaseLeases } from '../store/deliveries.ts'
import type { Schema } from '../store/schema.ts'
import type { Log } from '../telemetry/log.ts'
import { disableDead, expireSubscriptions, giveUp, repairHeld } from './ends.ts'
import { forget, forgetSubscriptions, usedBytes } from './forget.ts'

export interface UpkeepOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** This process's name on what it has in hand. */
  readonly lease: string
  /** What it really has in hand, of deliveries and events together. */
  readonly inHand: () => ReadonlySet<string | number>
  /** How long events are kept once all is told, in milliseconds. */
  readonly retentionMs: number
  /** The most the embedded database may grow to, in bytes. */
  readonly maxBytes?: number | undefined
  /** Told when something may have become due. */
  readonly onWork: () => void
}

const BEAT_MS = 2_000
/** A process that was not seen for so long is gone; what it had in hand is anybody's. */
const GONE_MS = 8_000
/** Without other processes to look after, there is less to see to. */
const ALONE_MS = 60_000
const SLOW_EVERY = 5
const CLEAN_EVERY_MS = 300_000
const BATCH = 500
/** The share of the bound from which room is made, a little at a time. */
const ROOM_FROM = 0.75
const ROOM_BATCH = 20

type Db = Kysely<Schema>

/**
 * What must be seen to now and then: signs of life, what was left in the hands of processes that are gone, ends of
 * subscriptions, deliveries and events. Each step may be done by any process, and twice.
 */
export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #stop = new Cancellation()
  #strays = new Set<string | number>()
  #loop: Promise<void> | undefined
  /** Processes at work on this database, this one among them. */
  workers = 1

  constructor(options: UpkeepOptions) {
    this.#options = options
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.cancel()
    await this.#loop
  }

  /** Makes this process known before it takes anything in hand, so that others know when it is gone. */
  async signOn(): Promise<void> {
    const { database, lease } = this.#options
    if (database.dialect === 'postgres') await signOfLife(database.db, lease)
  }

  /** Nobody need wait for signs of life from here. */
  async signOff(): Promise<void> {
    const { database, lease, log } = this.#options
    if (database.dialect === 'sqlite') return
    try {
      await database.db.deleteFrom('workers').where('id', '=', lease).execute()
    } catch (error) {
      log.warn({ err: error }, 'the database does not hear that this process ends; it will notice')
    }
  }

  async #run(): Promise<void> {
    const { clock, log, database } = this.#options
    const shared = database.dialect === 'postgres'
    let clean = clock.now()
    for (let beat = 0; !this.#stop.signal.aborted; beat += 1) {
      try {
        await this.#beat()
        if (!shared || beat % SLOW_EVERY === 0) await this.#slow()
        if (clock.now() >= clean) {
          clean += CLEAN_EVERY_MS
          await this.#clean()
        } else await this.#makeRoom()
      } catch (error) {
        log.error({ err: error }, 'upkeep failed; trying again')
      }
      await clock.sleep(shared ? BEAT_MS : ALONE_MS, this.#stop.signal)
    }
  }

  async #beat(): Promise<void> {
    const { database, lease, log, onWork } = this.#options
    if (database.dialect === 'sqlite') return
    const { db } = database
    await signOfLife(db, lease)
    const workers = await db
      .selectFrom('workers')
      .select(['id', GONE.as('gone')])
      .execute()
    const gone = workers.filter((worker) => worker.gone)
    this.workers = Math.max(1, workers.length - gone.length)
    for (const { id } of gone) {
      await database.transaction(async (tx) => {
        await releaseLeases(tx, id)
        await tx.deleteFrom('workers').where('id', '=', id).execute()
      })
      log.warn({ worker: id }, 'a process is gone; what it had in hand goes on elsewhere')
    }
    if (gone.length > 0) onWork()
  }

  async #slow(): Promise<void> {
    const { database, clock, onWork } = this.#options
    const now = clock.now()
    await this.#releaseStrays()
    if (database.dialect === 'postgres' && (await releaseOrphans(database.db))) onWork()
    const work = await database.transaction(async (db) => {
      await expireSubscriptions(db, now)
      await giveUp(db, now)
      await disableDead(db, now)
      return repairHeld(db, now)
    })
    if (work) onWork()
  }

  /** What bears our name though we do not have it: a commit whose answer was lost with the connection. */
  async #releaseStrays(): Promise<void> {
    const { database, lease, inHand, log, onWork } = this.#options
    const { db } = database
    const before = this.#strays
    this.#strays = new Set()
    const mine = inHand()
    const deliveries = await db.selectFrom('deliveries').select('id').where('lease', '=', lease).execute()
    const events = await db
      .selectFrom('events')
      .select('seq as id')
      .where('lease', '=', lease)
      .where('state', '=', 'waiting')
      .execute()
    const held = inHand()
    for (const { id } of [...deliveries, ...events]) {
      if (mine.has(id) || held.has(id)) continue
      // Seen once, it may be on its way to us; seen twice, it is not.
      if (!before.has(id)) this.#strays.add(id)
      else {
        log.warn({ id }, 'something in hand was lost sight of; it goes on')
        if (typeof id === 'string') {
          await db.updateTable('deliveries').set({ lease: null }).where('id', '=', id).execute()
        } else await db.updateTable('events').set({ lease: null }).where('seq', '=', id).execute()
        onWork()
      }
    }
  }

  async #clean(): Promise<void> {
    const { database, clock, retentionMs } = this.#options
    const before = clock.now() - retentionMs
    // In small steps, so that nothing waits for it.
    while (!this.#stop.signal.aborted) {
      if ((await database.transaction((db) => forget(db, before, BATCH))) < BATCH) break
    }
    await database.passing((db) => forgetSubscriptions(db, before))
    await this.#makeRoom()
  }

  /** Long before the disk's bound is reached, what was told longest ago goes, whatever its age. */
  async #makeRoom(): Promise<void> {
    const { database, maxBytes, clock, log } = this.#options
    if (database.dialect !== 'sqlite' || maxBytes === undefined) return
    let forgotten = 0
    while (!this.#stop.signal.aborted && (await usedBytes(database.db)) > maxBytes * ROOM_FROM) {
      const gone = await database.transaction((db) => forget(db, clock.now(), ROOM_BATCH))
      if (gone === 0) break
      forgotten += gone
    }
    if (forgotten > 0)
      log.warn({ forgotten }, 'the oldest events were forgotten to keep within the disk’s bound')
  }
}

/** By the database's own clock: those of two machines may differ by more than it takes to be held for gone. */
const NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
const GONE = sql<boolean>`seen_at < ${NOW} - ${sql.lit(GONE_MS)}`

async function signOfLife(db: Db, id: string): Promise<void> {
  await db
    .insertInto('workers')
    .values({ id, seen_at: NOW })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: NOW }))
    .execute()
}

/** Lets go of what bears the name of a process that nobody knows, however that came about. */
async function releaseOrphans(db: Db): Promise<boolean> {
  let any = false
  for (const table of ['deliveries', 'events'] as const) {
    const { numUpdatedRows } = await db
      .updateTable(table)
      .set({ lease: null })
      .where('lease', 'is not', null)
      .where('lease', 'not in', db.selectFrom('workers').select('id'))
      .executeTakeFirst()
    any ||= numUpdatedRows > 0n
  }
  return any
}
