import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sampleWebhook, signDelivery, signWebhook } from '@movoice-kit/core/events'
import { freePort, until } from '@movoice-kit/core/testing'
import { createHooks, type Hooks } from '@movoice-kit/hooks'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { atHand } from '../tools.ts'

const folder = join(import.meta.dirname, '../../examples/webhooks')
const MOVOICE_SECRET = 'whsec_example'
const OTHER_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'

interface Recipe {
  readonly name: string
  readonly command: (port: number) => readonly [command: string, ...args: string[]]
  /** Prints its answer with success where what the recipe needs is on this machine. */
  readonly needs: readonly [command: string, ...args: string[]]
  /** It needs a package of its language's own registry. */
  readonly fetched?: true
  /** PHP starts anew for every request, so what it has seen is for a table. */
  readonly forgets?: true
}

const recipes: readonly Recipe[] = [
  { name: 'Node', command: () => ['node', 'receive.mjs'], needs: ['node', '--version'] },
  {
    name: 'Node with the public library',
    command: () => ['node', 'receive-library.mjs'],
    needs: ['node', '--version'],
  },
  { name: 'Python', command: () => ['python3', 'receive.py'], needs: ['python3', '--version'] },
  {
    name: 'Python with the public library',
    command: () => ['python3', 'receive_library.py'],
    needs: ['python3', '-c', 'import standardwebhooks'],
    fetched: true,
  },
  {
    name: 'PHP',
    command: (port) => ['php', '-S', `127.0.0.1:${port}`, 'receive.php'],
    needs: ['php', '--version'],
    forgets: true,
  },
  { name: 'Go', command: () => ['go', 'run', 'receive.go'], needs: ['go', 'version'] },
]

/** The library for Python is from a registry that not every machine reaches: it may be missing anywhere. */
const isAtHand = ({ needs, fetched }: Recipe): boolean =>
  fetched ? spawnSync(needs[0], needs.slice(1), { stdio: 'ignore' }).status === 0 : atHand(...needs)

const children: ChildProcess[] = []
let hooks: Hooks
beforeAll(async () => {
  hooks = await createHooks({ webhookSecret: MOVOICE_SECRET })
})
afterAll(() => hooks.close())
afterEach(() => {
  // `go run` has a child of its own: the whole group goes.
  for (const { pid } of children.splice(0)) if (pid !== undefined) process.kill(-pid, 'SIGKILL')
})

const authorized = () => ({ authorization: `Bearer ${hooks.token}`, 'content-type': 'application/json' })

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

async function subscribe(target_url: string): Promise<{ id: string; secret: string }> {
  const response = await fetch(`${hooks.url}/hooks`, {
    method: 'POST',
    headers: authorized(),
    body: JSON.stringify({ target_url, event: 'call.completed' }),
  })
  expect(response.status).toBe(201)
  return (await response.json()) as { id: string; secret: string }
}

async function happens(call_id: string): Promise<string> {
  const body = JSON.stringify({ ...sampleWebhook('call.completed'), call_id })
  const headers = {
    'content-type': 'application/json',
    'x-movoice-signature': signWebhook(body, MOVOICE_SECRET),
  }
  expect((await fetch(`${hooks.url}/movoice`, { method: 'POST', headers, body })).ok).toBe(true)
  return `${call_id}:call.completed`
}

/** When the subscription's event was last taken; nothing while it is under way. */
async function takenAt(hookId: string): Promise<string | null | undefined> {
  const response = await fetch(`${hooks.url}/deliveries?hook_id=${hookId}&status=delivered`, {
    headers: authorized(),
  })
  const { deliveries } = (await response.json()) as { deliveries: { last_attempt_at: string | null }[] }
  return deliveries[0]?.last_attempt_at
}

/** Starts a recipe as its reader would. */
async function start({ command, name }: Recipe, port: number, secret: string) {
  const [program, ...args] = command(port)
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) },
  })
  children.push(child)
  let text = ''
  const read = (chunk: Buffer) => {
    text += chunk.toString()
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  await until(
    () => answers(port),
    () => `${name} does not listen: ${text}`,
  )
  return { text: () => text }
}

const timesIn = (text: string, words: string): number => text.split(words).length - 1

describe('the recipes for receivers', () => {
  test.each(recipes.filter(isAtHand))(
    '$name takes what the hooks server signed, once, and nothing else',
    async (recipe) => {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}/webhook`
      const { id, secret } = await subscribe(url)
      const receiver = await start(recipe, port, secret)
      const callId = `call_${port}`
      const eventId = await happens(callId)
      await until(() => receiver.text().includes(`${eventId} BOOKED`), receiver.text)

      let first: string | null | undefined
      await until(async () => {
        first = await takenAt(id)
        return first !== undefined
      }, receiver.text)
      const replay = `${hooks.url}/events/${encodeURIComponent(eventId)}/replay`
      await fetch(replay, { method: 'POST', headers: authorized(), body: JSON.stringify({ hook_id: id }) })
      await until(async () => ![first, undefined].includes((await takenAt(id)) ?? undefined), receiver.text)
      if (recipe.forgets !== true) expect(timesIn(receiver.text(), eventId)).toBe(1)

      const body = JSON.stringify({ id: 'call_forged:call.completed', outcome: 'Zoë ✓', reason: null })
      const now = Math.floor(Date.now() / 1000)
      const post = async (
        secrets: string | string[],
        change: { timestamp?: number; body?: string; more?: object } = {},
      ) => {
        const message = { id: `msg_${Math.random()}`, timestamp: change.timestamp ?? now, body }
        const headers: Record<string, string> = {
          'content-type': 'application/json',
          'webhook-id': message.id,
          'webhook-timestamp': String(message.timestamp),
          'webhook-signature': signDelivery(message, secrets),
          ...change.more,
        }
        return (await fetch(url, { method: 'POST', headers, body: change.body ?? body })).status
      }
      expect(await post(OTHER_SECRET)).toBe(401)
      expect(await post(secret, { body: body.replace('✓', '!') })).toBe(401)
      expect(await post(secret, { timestamp: now - 301 - 60 })).toBe(401)
      expect(await post(secret, { timestamp: now + 301 + 60 })).toBe(401)
      expect(await post(secret, { more: { 'webhook-signature': '' } })).toBe(401)
      expect(await post(secret, { more: { 'webhook-signature': 'v1,AAAA' } })).toBe(401)
      expect(await post(secret, { more: { 'webhook-timestamp': 'soon' } })).toBe(401)
      expect((await fetch(url, { method: 'POST', body })).status).toBe(401)
      expect(receiver.text()).not.toContain('call_forged')
      expect(await post([OTHER_SECRET, secret])).toBe(204)
      await until(() => receiver.text().includes('call_forged:call.completed Zoë ✓'), receiver.text)
    },
    90_000,
  )

  const curl = atHand('curl', '--version') ? ['curl'] : []
  test.each(curl)('subscribe by %s', async () => {
    const { stdout } = await promisify(execFile)('sh', ['subscribe.sh', 'http://127.0.0.1:9/webhook'], {
      cwd: folder,
      env: { ...process.env, HOOKS_URL: hooks.url, HOOKS_TOKEN: hooks.token },
    })
    expect(JSON.parse(stdout)).toMatchObject({
      id: expect.stringMatching(/^hook_/),
      secret: expect.stringMatching(/^whsec_/),
      filter: { outcome: ['BOOKED', 'CALLBACK'], min_duration: 10 },
    })
  })
})
