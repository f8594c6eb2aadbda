import { signWebhook } from '@movoice-kit/core/events'
import { createHooks } from '@movoice-kit/hooks'
import { freshDatabase } from '@movoice-kit/hooks/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KillablePostgres, startKillablePostgres } from '../side/postgres/killable.ts'

let postgres: KillablePostgres
beforeAll(async () => {
  postgres = await startKillablePostgres()
}, 120_000)
afterAll(() => postgres.stop())

test('on PostgreSQL two servers show the same pages and numbers, and one session is good for both', async () => {
  const options = {
    webhookSecret: 'movoice-secret',
    token: 'a-token-of-both-servers',
    databaseUrl: await freshDatabase(postgres.url),
  }
  const first = await createHooks(options)
  const second = await createHooks(options)
  try {
    const authorization = `Bearer ${first.token}`
    await fetch(`${first.url}/hooks`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ target_url: 'http://127.0.0.1:9/nobody', event: '*', description: 'Nobody' }),
    })
    for (const [server, call] of [
      [first, 'call_1'],
      [second, 'call_2'],
    ] as const) {
      const body = JSON.stringify({ event_type: 'call.completed', call_id: call, outcome: 'BOOKED' })
      const headers = { 'x-movoice-signature': signWebhook(body, 'movoice-secret') }
      expect((await fetch(`${server.url}/movoice`, { method: 'POST', headers, body })).status).toBe(202)
    }
    const signIn = await fetch(`${first.url}/dashboard/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ token: first.token }),
      redirect: 'manual',
    })
    const cookie = (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const read = async (server: typeof first, path: string) =>
      (await fetch(server.url + path, { headers: { cookie } })).text()
    // Each server adds what it counted when it is looked at.
    await read(first, '/')
    const received = /<dt>Received<\/dt><dd><b>2<\/b>/
    await expect.poll(() => read(second, '/'), { timeout: 15_000 }).toMatch(received)
    expect(await read(first, '/')).toMatch(received)
    await expect
      .poll(() => read(second, '/dashboard/call?id=call_1'), { timeout: 15_000 })
      .toContain('ECONNREFUSED')
    expect(await read(second, '/dashboard/subscriptions')).toMatch(/<dt>Waiting<\/dt><dd>2<\/dd>/)
    expect(await read(second, '/dashboard/dead-letters')).toContain('No dead letters')
    const metrics = await (await fetch(`${second.url}/metrics`, { headers: { authorization } })).text()
    expect(metrics).toMatch(/^movoice_hooks_database_up 1$/m)
    expect(metrics).toMatch(/^movoice_hooks_deliveries\{status="(pending|held)"\} 2$/m)
    expect((await fetch(`${second.url}/readyz`)).status).toBe(200)
    // Who signs out of one has signed out of both.
    const csrf = /name="csrf" value="([^"]+)"/.exec(await read(first, '/'))?.[1] ?? ''
    const signOut = await fetch(`${first.url}/dashboard/sign-out`, {
      method: 'POST',
      body: new URLSearchParams({ csrf }),
      headers: { cookie },
      redirect: 'manual',
    })
    expect(signOut.status).toBe(303)
    for (const server of [first, second]) expect(await read(server, '/')).toContain('<h1>Sign in</h1>')
  } finally {
    await first.close()
    await second.close()
  }
})
