import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startExample, stopExamples } from './start.ts'

const root = join(import.meta.dirname, '../..')
const SECRET = 'whsec_example'
let sandbox: Sandbox
beforeAll(async () => {
  // So fast that a call is over by the time it is first asked for.
  sandbox = await createSandbox({ speed: 100_000, plan: 'enterprise' })
})
afterAll(() => sandbox.close())
afterEach(stopExamples)

function start(file: string, args: readonly string[] = [], baseUrl = sandbox.baseUrl) {
  return startExample('core', [file, ...args], {
    MOVOICE_API_KEY: sandbox.apiKey,
    MOVOICE_BASE_URL: baseUrl,
    MOVOICE_WEBHOOK_SECRET: SECRET,
  })
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

test('docs/core.md shows the examples as they are', () => {
  const page = readFileSync(join(root, 'docs/core.md'), 'utf8')
  const shown = [...page.matchAll(/<!-- (examples\/[\w./-]+) -->\n```js\n([\s\S]*?)```/g)]
  expect(shown.length).toBeGreaterThanOrEqual(7)
  for (const [, path = '', text] of shown) expect(text, path).toBe(readFileSync(join(root, path), 'utf8'))
})
