import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { signWebhook } from '@movoice-kit/core/events'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'examples/core')
const SECRET = 'whsec_example'
const running: ChildProcess[] = []

let sandbox: Sandbox
beforeAll(async () => {
  // So fast that a call is over by the time it is first asked for.
  sandbox = await createSandbox({ speed: 100_000, plan: 'enterprise' })
})
afterAll(() => sandbox.close())
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

/** Runs an example as its reader would, with the kit's sources in place of the published package. */
function start(file: string, args: readonly string[] = [], baseUrl = sandbox.baseUrl) {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', file, ...args],
    {
      cwd: folder,
      env: {
        ...process.env,
        MOVOICE_API_KEY: sandbox.apiKey,
        MOVOICE_BASE_URL: baseUrl,
        MOVOICE_WEBHOOK_SECRET: SECRET,
        PORT: '0',
      },
    },
  )
  running.push(child)
  let text = ''
  const waiting = new Set<() => void>()
  const read = (chunk: Buffer) => {
    text += chunk.toString()
    for (const wake of waiting) wake()
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(text)
      if (found !== null) return found
      const over = await Promise.race([
        ended.then(() => true),
        new Promise<boolean>((resolve) => waiting.add(() => resolve(false))),
      ])
      if (over && !pattern.test(text)) throw new Error(`${file} ended without saying ${pattern}: ${text}`)
    }
  }
  return { says, ended, text: () => text }
}

async function run(file: string, ...args: string[]) {
  const example = start(file, args)
  const code = await example.ended
  return { code, text: example.text() }
}

describe('the task examples', () => {
  test('place a call', async () => {
    const { code, text } = await run('place-a-call.mjs', 'agent_clinic', '+12025550101')
    expect(text).toMatch(/^placed call_\w+ \n$/)
    expect(code).toBe(0)
  })

  test('say what is wrong with a call that cannot be placed', async () => {
    const { code, text } = await run('place-a-call.mjs', 'agent_clinic', '2025550101')
    expect(text).toMatch(/^ValidationError: .*recipient_phone.* Sent: no\./)
    expect(code).toBe(1)
  })

  test('wait for the result', async () => {
    const { text } = await run('wait-for-the-result.mjs', 'agent_clinic', '+12025550102')
    expect(text).toMatch(/^failed (NO_ANSWER|no_answer)/)
  })

  test('list calls', async () => {
    await run('place-a-call.mjs', 'agent_clinic', '+12025550101')
    const { code, text } = await run('list-calls.mjs')
    expect(text).toMatch(/^the first \d+ of \d+\n/)
    expect(text).toMatch(/call_\w+ BOOKED/)
    expect(code).toBe(0)
  })

  test('place a batch in parts, and name every wrong row of one', async () => {
    const phones = Array.from({ length: 60 }, (_, n) => `+1415555${String(n).padStart(4, '0')}`)
    const placed = await run('place-a-batch.mjs', 'agent_clinic', ...phones)
    expect(placed.text).toMatch(/^rows 1 to 50: batch_\w+\nrows 51 to 60: batch_\w+\n$/)
    const wrong = await run('place-a-batch.mjs', 'agent_clinic', '+12025550101', '12', '34')
    expect(wrong.text).toMatch(/recipients\[1\].phone .*\nrecipients\[2\].phone /)
    expect(wrong.code).toBe(1)
  })

  test('wait for webhooks', async () => {
    const slower = await createSandbox({ speed: 200 })
    try {
      const example = start('wait-for-webhooks.mjs', ['agent_clinic', '+12025550101'], slower.baseUrl)
      const [, url] = await example.says(/listening on (\S+)/)
      const set = await fetch(`${slower.controlUrl}/webhook`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ url, secret: SECRET }),
      })
      expect(set.status).toBe(200)
      await example.says(/completed BOOKED/)
      expect(await example.ended).toBe(0)
    } finally {
      await slower.close()
    }
  })
})

const body = JSON.stringify({
  event_type: 'call.completed',
  call_id: 'call_1',
  outcome: 'BOOKED',
  summary: 'Zoë ✓',
})

describe.each(['express', 'fastify', 'hono'])('the receiver for %s', (name) => {
  test('takes what Movoice signed, and nothing else', async () => {
    const example = start(`receive-${name}.mjs`)
    const [, url] = await example.says(/listening on (\S+)/)
    const post = async (text: string, signature: string) => {
      const headers = { 'content-type': 'application/json', 'x-movoice-signature': signature }
      return (await fetch(String(url), { method: 'POST', body: text, headers })).status
    }
    expect(await post(body, signWebhook(body, SECRET))).toBe(204)
    await example.says(/call_1:call\.completed BOOKED/)
    expect(await post(body, signWebhook(body, 'other'))).toBe(401)
    expect(await post(`${body} `, signWebhook(body, SECRET))).toBe(401)
    expect(await post('{', signWebhook('{', SECRET))).toBe(400)
  })
})

describe('the receiver for Lambda', () => {
  test('takes what Movoice signed, and nothing else, as text and as base64', async () => {
    const calls = [
      { body, headers: { 'x-movoice-signature': signWebhook(body, SECRET) } },
      {
        body: Buffer.from(body).toString('base64'),
        isBase64Encoded: true,
        headers: { 'x-movoice-signature': signWebhook(body, SECRET) },
      },
      { body, headers: {} },
      { body: '{', headers: { 'x-movoice-signature': signWebhook('{', SECRET) } },
    ]
    const script = `import { handler } from './receive-lambda.mjs'
      for (const call of ${JSON.stringify(calls)}) console.log('answered', (await handler(call)).statusCode)`
    const { text } = await run('--input-type=module', '--eval', script)
    expect(text.match(/answered \d+/g)).toEqual([
      'answered 204',
      'answered 204',
      'answered 401',
      'answered 400',
    ])
  })
})

test('docs/core.md shows the examples as they are', () => {
  const page = readFileSync(join(root, 'docs/core.md'), 'utf8')
  const shown = [...page.matchAll(/<!-- (examples\/core\/[\w.-]+) -->\n```js\n([\s\S]*?)```/g)]
  expect(shown.length).toBeGreaterThanOrEqual(9)
  for (const [, path = '', text] of shown) expect(text, path).toBe(readFileSync(join(root, path), 'utf8'))
})
