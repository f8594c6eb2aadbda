// What is left after a loss of power, at each of many moments of one run. It proves that every acknowledged event had
// been synced before the answer left, and that the database opens from what the disk then held, also when unsynced
// pages survive in part and out of order. It trusts that the disk does what fsync says, and that a file that was
// created is found again.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { HooksClient } from '@movoice-kit/hooks/client'
import { afterEach, expect, test } from 'vitest'
import { Disk, readSteps, type Step, traced } from './disk.ts'
import { Load } from './load.ts'
import { startHooks, TOKEN } from './process.ts'
import { report } from './report.ts'
import { Subscriber } from './subscriber.ts'

const MOMENTS = 200
/** Enough events that the log is folded into the database a few times meanwhile. */
const EVENTS = 1_200

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

test('SQLite: unsynced writes are dropped at any moment, and nothing that was acknowledged is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hooks-power-'))
  ends.push(() => rmSync(folder, { recursive: true, force: true }))
  const dataDir = join(folder, 'data')
  const log = join(folder, 'strace.log')
  const server = await startHooks({ dataDir, under: traced(log) })
  ends.push(() => server.end())
  const subscriber = await Subscriber.start(1)
  ends.push(() => subscriber.close())
  const client = new HooksClient({ url: server.url, token: TOKEN, transport: fetchTransport() })
  await client.subscribe({ target_url: subscriber.url, event: '*' })
  const load = new Load({ target: () => server.url, senders: 8, pauseMs: 2 })
  while (load.acknowledged.size < EVENTS) await sleep(20)
  await load.stop()
  await server.end('SIGTERM')
  // The tracer may still be writing the last of it.
  const size = () => statSync(log).size
  for (let before = -1; size() > before; ) {
    before = size()
    await sleep(1_000)
  }

  const steps = readSteps(readFileSync(log, 'latin1'), dataDir)
  const syncs = steps.filter(({ kind }) => kind === 'sync').length
  const left = join(folder, 'left')
  const { moments, acknowledged, lost, damaged } = losePower(steps, left)
  expect(moments).toBeGreaterThan(MOMENTS / 2)
  expect(acknowledged).toBe(load.acknowledged.size)
  expect(lost).toEqual([])
  expect(damaged).toEqual([])
  // The same run on a disk that syncs nothing: this test would have seen it.
  expect(
    losePower(
      steps.filter(({ kind }) => kind !== 'sync' && kind !== 'remove'),
      left,
    ).lost,
  ).not.toEqual([])
  report('loss of power, SQLite', { moments, acknowledged, lost: lost.length, syncs })
}, 600_000)

/** Takes the power at some of the moments at which an answer leaves: then, if ever, it must be on the disk. */
function losePower(steps: readonly Step[], left: string) {
  const chance = (3 * MOMENTS) / steps.filter(({ kind }) => kind === 'said').length
  const disk = new Disk()
  const acknowledged = new Set<string>()
  const lost: string[] = []
  const damaged: unknown[] = []
  let moments = 0
  for (const step of steps) {
    disk.apply(step)
    if (step.kind !== 'said') continue
    for (const [, id = ''] of step.text.matchAll(/"received":true,"id":"([^"]+)"/g)) acknowledged.add(id)
    if (acknowledged.size === 0 || moments >= MOMENTS || Math.random() > chance) continue
    moments += 1
    const luck = moments % 3 === 0 ? 0 : Math.random()
    disk.restore(left, () => (Math.random() > luck ? 'no' : Math.random() < 0.2 ? 'half' : 'whole'))
    const { ids, damage } = readDatabase(join(left, 'hooks.db'))
    rmSync(left, { recursive: true })
    for (const id of acknowledged) if (!ids.has(id)) lost.push(id)
    if (damage !== undefined) damaged.push(damage)
  }
  return { moments, acknowledged: acknowledged.size, lost, damaged }
}

function readDatabase(path: string): { ids: ReadonlySet<unknown>; damage: unknown } {
  const database = new DatabaseSync(path)
  try {
    const result = database.prepare('pragma integrity_check').get()?.integrity_check
    const ids = new Set(
      database
        .prepare('select id from events')
        .all()
        .map(({ id }) => id),
    )
    return { ids, damage: result === 'ok' ? undefined : result }
  } catch (error) {
    return { ids: new Set(), damage: error }
  } finally {
    database.close()
  }
}
