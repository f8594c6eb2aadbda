// Our own claim loop on PostgreSQL beside pg-boss: one database server, the same tables and writes, the same load.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { completed, type Engine, freshDatabase, Receiver, startEngine } from '@movoice-kit/hooks/testing'
import { installSide } from '../../../scripts/side.ts'
import { startKillablePostgres } from '../../side/postgres/killable.ts'
import { poolOf } from '../../side/postgres/start.ts'
import { direct, median, quantile, ROOT, share, start, stop, through } from '../hooks/load.ts'
import { startBossEngine } from './boss-engine.ts'

const ROUNDS = 5
const JOBS = 3_000
const LATENCIES = 200
const BACKLOG = 1_000
const TICK_MS = 10

const engines = {
  own: (databaseUrl: string): Promise<Engine> => startEngine({ databaseUrl }),
  boss: startBossEngine,
} as const
type Name = keyof typeof engines
const names = ['own', 'boss'] as const

/** The processor's time of all of the database's processes that can be seen, in milliseconds. */
async function databaseCpu(databaseUrl: string): Promise<number> {
  const pool = await poolOf(databaseUrl)
  const { rows } = await pool.query('select pid from pg_stat_activity where pid <> pg_backend_pid()')
  await pool.end()
  let ticks = 0
  for (const { pid } of rows) {
    const fields =
      readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
        .split(') ')[1]
        ?.split(' ') ?? []
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks * TICK_MS
}

interface Round {
  readonly rate: number
  readonly nodeMs: number
  readonly databaseMs: number
}

async function round(name: Name, databaseUrl: string, sink: string): Promise<Round> {
  const engine = await engines[name](databaseUrl)
  const before = await databaseCpu(databaseUrl)
  const cpu = process.cpuUsage()
  const rate = await through(engine, sink, JOBS)
  const { user, system } = process.cpuUsage(cpu)
  const databaseMs = ((await databaseCpu(databaseUrl)) - before) / JOBS
  await engine.close()
  return { rate, nodeMs: (user + system) / 1000 / JOBS, databaseMs }
}

/** From an event's being handed in to its delivery, one every 50 ms. */
async function latency(name: Name, databaseUrl: string): Promise<number[]> {
  const receiver = await Receiver.start()
  const engine = await engines[name](databaseUrl)
  await engine.subscribe(receiver.url)
  const sent: number[] = []
  for (let call = -20; call < LATENCIES; call += 1) {
    if (call >= 0) sent[call] = performance.now()
    void engine.take(completed(`call_${call}`))
    await sleep(50)
  }
  while (receiver.received.length < LATENCIES + 20) await sleep(5)
  const times = receiver.received.flatMap(({ at, body }) => {
    const began = sent[Number((JSON.parse(body) as { call_id: string }).call_id.slice(5))]
    return began === undefined ? [] : [at - began]
  })
  await engine.close()
  await receiver.close()
  return times
}

/** Killed with a backlog, its endpoint silent: from the next one's being ready until all is told. */
async function recovery(name: Name, databaseUrl: string): Promise<number> {
  const receiver = await Receiver.start()
  receiver.answer = () => undefined
  const script = 'test/bench/queue/worker.ts'
  const first = await start(script, [name, databaseUrl, receiver.url, String(BACKLOG)])
  while (receiver.received.length === 0) await sleep(5)
  await stop(first)
  receiver.answer = (_received, response) => response.end()
  const seen = receiver.received.length
  const second = await start(script, [name, databaseUrl, receiver.url, '0'])
  const ready = performance.now()
  const told = () => new Set(receiver.received.slice(seen).map(({ headers }) => headers['webhook-id'])).size
  while (told() < BACKLOG && performance.now() - ready < 120_000) await sleep(20)
  const took = performance.now() - ready
  await stop(second)
  await receiver.close()
  return took
}

export async function run(): Promise<string> {
  installSide(join(ROOT, 'test/side/postgres'))
  const postgres = await startKillablePostgres()
  const sink = await start('test/bench/hooks/sink.ts')
  try {
    const rates: number[] = []
    const rounds: Record<Name, Round[]> = { own: [], boss: [] }
    await direct(sink.url, JOBS)
    for (let number = 0; number < ROUNDS; number += 1) {
      rates.push(await direct(sink.url, JOBS))
      for (const name of names) {
        rounds[name].push(await round(name, await freshDatabase(postgres.url), sink.url))
      }
    }
    const times: Record<Name, number[]> = { own: [], boss: [] }
    for (const name of [...names, ...names]) {
      times[name].push(...(await latency(name, await freshDatabase(postgres.url))))
    }
    const back: Record<Name, number> = { own: Number.NaN, boss: Number.NaN }
    for (const name of names) back[name] = await recovery(name, await freshDatabase(postgres.url))
    const row = (what: string, figure: (name: Name) => string, target: string) =>
      `| ${what} | ${figure('own')} | ${figure('boss')} | ${target} |`
    const ms = (name: Name, q: number) => quantile(times[name], q).toFixed(1)
    return [
      `Medians of ${ROUNDS} interleaved rounds of ${JOBS} deliveries, Node ${process.versions.node}, pg-boss 12.38.0 (LISTEN, one insert`,
      'for many jobs, batches of 32 by four workers, heartbeat 10 s, supervised each second), one PostgreSQL for both, fsync on.',
      '',
      '| what | our claim loop | pg-boss | target |',
      '|---|---|---|---|',
      row(
        'store + POST + complete, of a direct loop',
        (name) =>
          share(
            rounds[name].map(({ rate }) => rate),
            rates,
          ),
        '≥ 0.42',
      ),
      row(
        'processor a delivery, Node + database',
        (name) =>
          `${median(rounds[name].map(({ nodeMs }) => nodeMs)).toFixed(2)} + ${median(rounds[name].map(({ databaseMs }) => databaseMs)).toFixed(2)} ms`,
        '–',
      ),
      row(
        'event to delivery at 20 a second, p50 / p99',
        (name) => `${ms(name, 0.5)} / ${ms(name, 0.99)} ms`,
        '≤ 10 / 30 ms',
      ),
      row(
        `kill -9 with ${BACKLOG} to tell: ready to all told`,
        (name) => `${(back[name] / 1000).toFixed(1)} s`,
        '≤ 15 s',
      ),
    ].join('\n')
  } finally {
    await stop(sink)
    await postgres.stop()
  }
}
