// The hooks server beside a loop that does without it, in the same run and on the same machine.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { signWebhook } from '@movoice-kit/core/events'
import { createHooks } from '@movoice-kit/hooks'
import { completed, freshDatabase, Receiver, Running, SECRET, startEngine } from '@movoice-kit/hooks/testing'
import { Agent, request } from 'undici'
import { installSide } from '../../../scripts/side.ts'
import { startKillablePostgres } from '../../side/postgres/killable.ts'
import { idle } from './idle.ts'
import { direct, median, quantile, ROOT, rate, share, start, stop, through, WORKERS } from './load.ts'
import { neighbours } from './neighbours.ts'
import { type DayCost, sweepCost } from './sweep-cost.ts'

const ROUNDS = 3
const JOBS = 4_000
const INGEST = 3_000
const TOKEN = 'a-token-for-the-benchmark'

const ingestHeaders = (body: string) => ({
  'content-type': 'application/json',
  'x-movoice-signature': signWebhook(body, SECRET),
})

async function ingest(url: string, prefix: string): Promise<number> {
  const agent = new Agent({ connections: WORKERS })
  const bodies = Array.from({ length: INGEST }, (_, index) => JSON.stringify(completed(`${prefix}_${index}`)))
  const requests = bodies.map((body) => ({ body, headers: ingestHeaders(body) }))
  const done = await rate(INGEST, async (index) => {
    const answer = await request(`${url}/movoice`, { method: 'POST', dispatcher: agent, ...requests[index] })
    await answer.body.dump()
    if (answer.statusCode !== 202) throw new Error(`answered ${answer.statusCode}`)
  })
  await agent.close()
  return done
}

/** From the webhook on the wire to the delivery at the subscriber, one every 50 ms. */
async function latency(store: object): Promise<{ p50: number; p99: number }> {
  const receiver = await Receiver.start()
  const running = new Running(await createHooks({ webhookSecret: SECRET, ...store }))
  await running.client.subscribe({ target_url: receiver.url, event: '*' })
  for (let call = 0; call < 40; call += 1) await running.webhook(completed(`warm_${call}`))
  while (receiver.received.length < 40) await sleep(5)
  const agent = new Agent()
  const sent = new Map<string, number>()
  for (let call = 0; call < 200; call += 1) {
    const body = JSON.stringify(completed(`call_${call}`))
    const headers = ingestHeaders(body)
    sent.set(`call_${call}`, performance.now())
    void request(`${running.hooks.url}/movoice`, { method: 'POST', body, headers, dispatcher: agent }).then(
      (answer) => answer.body.dump(),
    )
    await sleep(50)
  }
  while (receiver.received.length < 240) await sleep(5)
  const times = receiver.received.flatMap(({ at, body }) => {
    const began = sent.get((JSON.parse(body) as { call_id: string }).call_id)
    return began === undefined ? [] : [at - began]
  })
  await agent.close()
  await running.hooks.close()
  await receiver.close()
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}

/** A server killed with a backlog: from the next one's being ready until the first delivery, and until the last. */
async function recovery(
  store: readonly string[],
  began = performance.now(),
): Promise<{ firstMs: number; allMs: number }> {
  const receiver = await Receiver.start()
  receiver.answer = () => undefined
  const env = { HOOKS_TOKEN: TOKEN, MOVOICE_WEBHOOK_SECRET: SECRET }
  const args = ['--port', '0', ...store]
  const first = await start('packages/hooks/src/bin.ts', args, env)
  const answer = await request(`${first.url}/hooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ target_url: receiver.url, event: '*' }),
  })
  await answer.body.dump()
  await ingest(first.url, `kill_${began}`)
  await stop(first)
  const seen = receiver.received.length
  receiver.answer = (_received, response) => response.end()
  const second = await start('packages/hooks/src/bin.ts', args, env)
  const ready = performance.now()
  while (receiver.received.length === seen) await sleep(1)
  const firstMs = performance.now() - ready
  const told = () => new Set(receiver.received.slice(seen).map(({ headers }) => headers['webhook-id'])).size
  while (told() < INGEST) await sleep(20)
  const allMs = performance.now() - ready
  await stop(second)
  await receiver.close()
  return { firstMs, allMs }
}

const costOf = ({ perCall, lists, gets, told }: DayCost) =>
  `${perCall.toFixed(2)} (${lists} lists, ${gets} gets for ${told} calls told)`
const goalOf = ({ mostLists, calls }: DayCost) => `≤ ${mostLists} lists, ${calls} gets`

export async function run(): Promise<string> {
  installSide(join(ROOT, 'test/side/postgres'))
  const busy = loadavg()[0] ?? 0
  const folder = mkdtempSync(join(tmpdir(), 'hooks-bench-'))
  const postgres = await startKillablePostgres()
  let made = 0
  const sqlite = () => ({ dataDir: join(folder, `data-${made++}`) })
  const shared = async () => ({ databaseUrl: await freshDatabase(postgres.url) })
  try {
    const sink = await start('test/bench/hooks/sink.ts')
    const rounds: Record<'direct' | 'sqlite' | 'postgres', number[]> = {
      direct: [],
      sqlite: [],
      postgres: [],
    }
    await direct(sink.url, JOBS)
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.direct.push(await direct(sink.url, JOBS))
      for (const name of ['sqlite', 'postgres'] as const) {
        const engine = await startEngine(name === 'sqlite' ? sqlite() : await shared())
        rounds[name].push(await through(engine, sink.url, JOBS))
        await engine.close()
      }
    }
    await stop(sink)
    const bare = await start('test/bench/hooks/bare-route.ts', [], { SECRET })
    const env = { HOOKS_TOKEN: TOKEN, MOVOICE_WEBHOOK_SECRET: SECRET }
    const kept = await start(
      'packages/hooks/src/bin.ts',
      ['--port', '0', '--data', join(folder, 'ingest')],
      env,
    )
    const routes: { bare: number[]; kept: number[] } = { bare: [], kept: [] }
    await ingest(bare.url, 'warm')
    await ingest(kept.url, 'warm')
    for (let round = 0; round < ROUNDS; round += 1) {
      routes.bare.push(await ingest(bare.url, `call_${round}`))
      routes.kept.push(await ingest(kept.url, `call_${round}`))
    }
    await stop(bare)
    await stop(kept)
    const soon = await latency(sqlite())
    const soonShared = await latency(await shared())
    const told = await sweepCost(true)
    const polled = await sweepCost(false)
    const { ratio, range, noise, besideMs, aloneMs } = await neighbours()
    const back = await recovery(['--data', join(folder, 'kill')])
    const backShared = await recovery(['--database-url', (await shared()).databaseUrl])
    const { built, bare: least } = await idle(folder, env)
    const base = median(rounds.direct)
    const row = (what: string, figure: string, target: string) => `| ${what} | ${figure} | ${target} |`
    const span = ({ firstMs, allMs }: { firstMs: number; allMs: number }) =>
      `${firstMs.toFixed(0)} / ${allMs.toFixed(0)} ms`
    return [
      `Medians of ${ROUNDS} interleaved rounds on ${process.arch}, ${availableParallelism()} cores, Node ${process.versions.node}; fsync on. The`,
      `machine's load as it began was ${busy.toFixed(1)}: figures in milliseconds depend on that, ratios much less.`,
      '',
      '| what | figure | target |',
      '|---|---|---|',
      row('direct loop: sign and POST by undici', `${base.toFixed(0)} a second`, '–'),
      row(
        'store + POST + complete, SQLite, of the direct loop',
        share(rounds.sqlite, rounds.direct),
        '≥ 0.6',
      ),
      row(
        'store + POST + complete, PostgreSQL, of the direct loop',
        share(rounds.postgres, rounds.direct),
        '≥ 0.42',
      ),
      row('ingest with durable insert, of the same route without', share(routes.kept, routes.bare), '≥ 0.4'),
      row(
        'webhook to delivery at 20 a second, SQLite, p50 / p99',
        `${soon.p50.toFixed(1)} / ${soon.p99.toFixed(1)} ms`,
        '≤ 3 / 10 ms',
      ),
      row(
        'the same on PostgreSQL',
        `${soonShared.p50.toFixed(1)} / ${soonShared.p99.toFixed(1)} ms`,
        '≤ 10 / 30 ms',
      ),
      row(
        'p99 of 49 endpoints beside a silent one, to without it',
        `${ratio.toFixed(2)} (groups ${range.map((one) => one.toFixed(2)).join(' to ')}; ${besideMs.toFixed(1)} to ${aloneMs.toFixed(1)} ms; two without one: ${noise.toFixed(2)})`,
        '≤ 1.1',
      ),
      row(`kill -9 with ${INGEST} to tell, SQLite: ready to first / last`, span(back), '≤ 1 s to first'),
      row('the same on PostgreSQL, what was in hand among it', span(backShared), '≤ 15 s'),
      row(
        'start to ready, built (Fastify and node:sqlite alone)',
        `${built.readyMs.toFixed(0)} ms (${least.readyMs.toFixed(0)} ms)`,
        '≤ 500 ms',
      ),
      row(
        'resident memory when idle, built (Fastify and node:sqlite alone)',
        `${built.rssMb.toFixed(0)} MB (${least.rssMb.toFixed(0)} MB)`,
        '≤ 100 MB',
      ),
      row('API requests a call over a day, webhooks arriving', costOf(told), goalOf(told)),
      row('the same without webhooks', costOf(polled), goalOf(polled)),
    ].join('\n')
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
