// Two hooks servers on one PostgreSQL, under load, one of them killed in the middle. How to run it: README.md.
// Everything runs on this machine alone and is gone afterwards.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { signWebhook, verifyDelivery } from '@movoice-kit/core/events'
import { installSide } from '../../scripts/side.ts'
import { startKillablePostgres } from '../../test/side/postgres/killable.ts'

const ROOT = join(import.meta.dirname, '../..')
const SECRET = randomBytes(16).toString('hex')
const TOKEN = randomBytes(16).toString('hex')
const EVENTS = 1_000
const WAIT_MS = 60_000

interface Worker {
  readonly name: string
  readonly url: string
  readonly process: ChildProcess
}

async function startWorker(name: string, databaseUrl: string): Promise<Worker> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      join(ROOT, 'packages/hooks/src/bin.ts'),
      '--port',
      '0',
      '--database-url',
      databaseUrl,
    ],
    {
      env: {
        PATH: process.env.PATH,
        HOOKS_TOKEN: TOKEN,
        MOVOICE_WEBHOOK_SECRET: SECRET,
        HOOKS_LOG_LEVEL: 'silent',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const url = /http:\S+/.exec(line)?.[0]
  if (url === undefined) throw new Error(`${name} did not start: ${line}`)
  console.log(`${name} is ready on ${url}`)
  return { name, url, process: child }
}

const told = new Map<string, number>()
let secret = ''
const subscriber = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    // A real subscriber goes by the id: what comes a second time has been seen to.
    const { id } = verifyDelivery(Buffer.concat(chunks), request.headers, secret)
    told.set(id, (told.get(id) ?? 0) + 1)
    response.writeHead(204).end()
  })
}).listen(0, '127.0.0.1')
await once(subscriber, 'listening')

installSide(join(ROOT, 'test/side/postgres'))
const postgres = await startKillablePostgres()
console.log('PostgreSQL is ready')
const workers = [await startWorker('worker 1', postgres.url), await startWorker('worker 2', postgres.url)]
try {
  const [first, second] = workers as [Worker, Worker]
  const answer = await fetch(`${first.url}/hooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      target_url: `http://127.0.0.1:${(subscriber.address() as AddressInfo).port}/`,
      event: 'call.completed',
    }),
  })
  secret = ((await answer.json()) as { secret: string }).secret

  // As a load balancer would: to each in turn, and to the other where one does not answer.
  const send = async (number: number): Promise<void> => {
    const body = JSON.stringify({
      event_type: 'call.completed',
      call_id: `call_${number}`,
      summary: 'Booked.',
    })
    const headers = { 'x-movoice-signature': signWebhook(body, SECRET) }
    const order = number % 2 === 0 ? [first, second] : [second, first]
    for (;;) {
      for (const { url } of order) {
        const taken = await fetch(`${url}/movoice`, { method: 'POST', headers, body }).catch(() => undefined)
        await taken?.arrayBuffer().catch(() => undefined)
        if (taken?.status === 202) return
      }
      await sleep(50)
    }
  }
  let next = 0
  const began = performance.now()
  const load = Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < EVENTS) await send(next++)
    }),
  )
  while (next < EVENTS / 2) await sleep(5)
  first.process.kill('SIGKILL')
  console.log(`worker 1 was killed after ${next} of ${EVENTS} webhooks`)
  await load
  console.log(`${EVENTS} webhooks were acknowledged in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  const end = performance.now() + WAIT_MS
  while (told.size < EVENTS && performance.now() < end) await sleep(50)
  const twice = [...told.values()].filter((times) => times > 1).length
  console.log(
    `${told.size} of ${EVENTS} were told, ${EVENTS - told.size} lost, ${twice} told twice under the same id`,
  )
  process.exitCode = told.size === EVENTS ? 0 : 1
} finally {
  for (const { process: child } of workers) child.kill('SIGKILL')
  subscriber.closeAllConnections()
  subscriber.close()
  await postgres.stop()
}
