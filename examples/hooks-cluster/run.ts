// Several hooks servers on one PostgreSQL, under load, while each of them is replaced and one is killed. Prints what
// happened, and ends with 1 if anything was lost. Everything runs on this machine and is gone afterwards:
//
//   npx pnpm@12 example:cluster
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { signWebhook } from '@movoice-kit/core/events'
import { installSide } from '../../scripts/side.ts'
import { startKillablePostgres } from '../../test/side/postgres/killable.ts'
import { SECRET, startWorker, TOKEN, type Worker } from './worker.ts'

const EVERY_MS = 20
const began = performance.now()
const say = (text: string) => {
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5)
  console.log(`${seconds} s  ${text}`)
}

// The subscriber: counts what it is told. A delivery that comes again has the same webhook-id.
const told = new Map<string, number>()
const calls = new Set<string>()
const subscriber = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const id = String(request.headers['webhook-id'])
    told.set(id, (told.get(id) ?? 0) + 1)
    calls.add((JSON.parse(Buffer.concat(chunks).toString('utf8')) as { call_id: string }).call_id)
    response.writeHead(204).end()
  })
})
await new Promise<void>((resolve) => subscriber.listen(0, '127.0.0.1', resolve))
const target_url = `http://127.0.0.1:${(subscriber.address() as AddressInfo).port}/hook`

installSide(join(import.meta.dirname, '../../test/side/postgres'))
const postgres = await startKillablePostgres()
say('PostgreSQL is ready.')
const workers: Worker[] = []
try {
  for (const name of ['worker 1', 'worker 2']) {
    workers.push(await startWorker(name, postgres.url))
    say(`${name} is ready.`)
  }
  await subscribe(workers[0]?.url ?? '')

  const load = startLoad()
  await sleep(2_000)
  say(`${load.acknowledged.size} events taken, ${calls.size} told.`)

  for (const [index, old] of [...workers].entries()) {
    // As a rolling restart goes: the new one first, then no more for the old one, then its end.
    const next = await startWorker(`worker ${index + 3}`, postgres.url)
    workers.push(next)
    old.inRotation = false
    const ms = await old.end('SIGTERM')
    say(`${old.name} stopped in ${Math.round(ms)} ms, ${next.name} took over.`)
    await sleep(1_000)
  }
  say(`${load.acknowledged.size} events taken, ${calls.size} told.`)

  const victim = workers.find(({ inRotation }) => inRotation)
  await victim?.end('SIGKILL')
  if (victim !== undefined) victim.inRotation = false
  say(`${victim?.name} was killed; what it had in hand goes on elsewhere within 15 s.`)
  await sleep(2_000)
  await load.stop()

  const missing = () => [...load.acknowledged].filter((call) => !calls.has(call))
  for (let turn = 0; turn < 600 && missing().length > 0; turn += 1) await sleep(100)
  const repeats = [...told.values()].reduce((sum, times) => sum + times - 1, 0)
  say(
    `${load.acknowledged.size} events taken: ${missing().length} lost, ${repeats} told again under the same id.`,
  )
  say(`${load.refused} webhooks were not answered, and were taken when they came again, as Movoice does.`)
  process.exitCode = missing().length === 0 ? 0 : 1
} finally {
  await Promise.all(workers.map((worker) => worker.end('SIGTERM')))
  await postgres.stop()
  subscriber.closeAllConnections()
  subscriber.close()
}

async function subscribe(url: string): Promise<void> {
  const answer = await fetch(`${url}/hooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ target_url, event: 'call.completed' }),
  })
  if (answer.status !== 201) throw new Error(`The subscription was refused: ${await answer.text()}`)
}

/** Movoice, on a busy day: webhooks to whichever worker is in rotation, each until it is acknowledged. */
function startLoad() {
  const acknowledged = new Set<string>()
  const under = new Set<Promise<void>>()
  let refused = 0
  let count = 0
  const send = async (call_id: string) => {
    const body = JSON.stringify({ event_type: 'call.completed', call_id, duration: 42, outcome: 'BOOKED' })
    const headers = { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, SECRET) }
    for (let turn = 0; ; turn += 1) {
      const ready = workers.filter(({ inRotation }) => inRotation)
      const url = ready[(count + turn) % ready.length]?.url
      const answer = await fetch(`${url}/movoice`, { method: 'POST', headers, body }).catch(() => undefined)
      await answer?.arrayBuffer().catch(() => undefined)
      if (answer?.status === 202) break
      refused += 1
      await sleep(100)
    }
    acknowledged.add(call_id)
  }
  const timer = setInterval(() => {
    const work = send(`call_${count++}`).finally(() => under.delete(work))
    under.add(work)
  }, EVERY_MS)
  return {
    acknowledged,
    get refused() {
      return refused
    },
    stop: async () => {
      clearInterval(timer)
      await Promise.all(under)
    },
  }
}
