// The shell blocks of the pages about the hooks server, run by a shell against a server: what a person at three in the
// morning copies must work.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { signWebhook } from '@movoice-kit/core/events'
import { createHooks, type Hooks } from '@movoice-kit/hooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { atHand } from '../tools.ts'
import { blocksOf, read } from './pages.ts'

const SECRET = 'secret-of-the-dashboard'
const there = ['sh', 'curl', 'jq', 'openssl', 'grep', 'cut'].every((command) =>
  atHand('sh', '-c', `command -v ${command}`),
)

let hooks: Hooks
const receiver = createServer((request, response) => {
  request.resume()
  response.end()
})
let target: string
beforeAll(async () => {
  hooks = await createHooks({ webhookSecret: SECRET })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  target = `127.0.0.1:${(receiver.address() as AddressInfo).port}`
})
afterAll(async () => {
  await hooks.close()
  receiver.closeAllConnections()
  receiver.close()
})

async function sh(script: string): Promise<string> {
  const env = { ...process.env, HOOKS_TOKEN: hooks.token, MOVOICE_WEBHOOK_SECRET: SECRET, HOOKS: hooks.url }
  const child = spawn('sh', ['-eu', '-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('close', resolve)),
  ])
  expect(code, `${script}\n${out}${err}`).toBe(0)
  return out
}

const shellOf = (page: string) => blocksOf(page).filter(({ language }) => language === 'sh')
const blockWith = (page: string, words: string) => {
  const found = shellOf(page).find(({ code }) => code.includes(words))?.code
  if (found === undefined) throw new Error(`${page} has no shell block with "${words}".`)
  return found
}
/** What the page says once, before all else: with the server and the token of this test in place of the reader's. */
const first = () => blockWith('docs/runbook.md', 'export HOOKS=').replace(/^export .*$/m, '')
const runbook = (words: string) => `${first()}\n${blockWith('docs/runbook.md', words)}`

test('what the commands of the runbook use is set by its first block', () => {
  const used = shellOf('docs/runbook.md').flatMap(({ code }) => code.match(/\$(?:HOOKS|auth)\b/g) ?? [])
  expect(used.length).toBeGreaterThan(4)
  for (const name of ['HOOKS', 'HOOKS_TOKEN', 'auth'])
    expect(blockWith('docs/runbook.md', 'export HOOKS=')).toContain(`${name}=`)
})

describe.each(there ? ['a shell'] : [])('what the pages tell to type, in %s', () => {
  test('docs/hooks.md: two minutes to see it work', async () => {
    const script = blockWith('docs/hooks.md', 'SIGNATURE=')
      // Here, who is told listens already.
      .replace(/^node -e .*$/m, '')
      .replaceAll('localhost:4020', hooks.url.replace('http://', ''))
      .replaceAll('127.0.0.1:4028', target)
    const [created = '', one = '', two = ''] = (
      await sh(script.replaceAll('curl -s', "curl -s -w '\\n'"))
    ).split('\n')
    expect(JSON.parse(created)).toMatchObject({ filter: { outcome: ['BOOKED'] } })
    // Word for word what the page shows.
    const shown = read('docs/hooks.md')
    for (const line of [one, two]) expect(shown).toContain(`\n${line}\n`)
    let deliveries = ''
    for (let turn = 0; turn < 200 && !deliveries.includes('"delivered"'); turn += 1) {
      deliveries = await sh('curl -s $HOOKS/deliveries -H "Authorization: Bearer $HOOKS_TOKEN"')
    }
    expect(JSON.parse(deliveries)).toMatchObject({ deliveries: [{ attempts: 1, last_status: 200 }] })
  })

  test('docs/runbook.md: is it well?', async () => {
    const said = await sh(runbook('/readyz'))
    expect(said).toMatch(/^\{"status":"ready"\}/)
    expect(said).toMatch(/^movoice_hooks_deliveries\{status="held"\} \d+$/m)
  })

  test('docs/runbook.md: which endpoint is down, what was given up, and sending a time again', async () => {
    const authorization = `Bearer ${hooks.token}`
    const answer = await fetch(`${hooks.url}/hooks`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ target_url: 'http://127.0.0.1:9/nobody', event: 'call.failed' }),
    })
    const { id } = (await answer.json()) as { id: string }
    for (const call_id of ['call_a', 'call_b', 'call_c']) {
      const body = JSON.stringify({ event_type: 'call.failed', call_id, reason: 'busy' })
      const headers = { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, SECRET) }
      await fetch(`${hooks.url}/movoice`, { method: 'POST', headers, body })
    }
    let failing = ''
    for (let turn = 0; turn < 300 && failing === ''; turn += 1) failing = await sh(runbook('select(.health'))
    expect(JSON.parse(failing)).toMatchObject({ id, last_error: 'ECONNREFUSED' })
    expect(await sh(runbook('deliveries?status=failed'))).toBe('')
    const replay = runbook('/replay').replace(/hook_[A-Za-z0-9_-]{16}/, id)
    expect(JSON.parse(await sh(replay.replace(/2026-[^"]+/, '2020-01-01T00:00:00Z')))).toEqual({ queued: 3 })
    const trial =
      /`(curl -s -X POST \$HOOKS\/hooks\/hook_…\/test [^`]+)`/.exec(read('docs/runbook.md'))?.[1] ?? ''
    const told = await sh(`${first()}\n${trial.replace('hook_…', id)}`)
    expect(Object.keys(JSON.parse(told) as object)).toEqual(['delivered', 'status', 'error', 'ms'])
    const rotate =
      /`(curl -X POST \$HOOKS\/hooks\/hook_…\/rotate-secret [^`]+)`/.exec(read('docs/runbook.md'))?.[1] ?? ''
    expect(await sh(`${first()}\n${rotate.replace('hook_…', id)}`)).toContain('whsec_')
    const end = /`(curl -X DELETE \$HOOKS\/hooks\/hook_… [^`]+)`/.exec(read('docs/runbook.md'))?.[1] ?? ''
    await sh(`${first()}\n${end.replace('hook_…', id)}`)
    const { status } = await fetch(`${hooks.url}/hooks/${id}`, { headers: { authorization } })
    expect([200, 404]).toContain(status)
  })
})
