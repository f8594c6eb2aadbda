import { createHash, createHmac } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '@movoice-kit/core'
import { until } from '@movoice-kit/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { completed, type Running, Stage } from '../testing/start.ts'
import { html } from './html.ts'
import { numbersOf } from './numbers.ts'

const stage = new Stage()
afterEach(() => stage.end())

const form = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual', headers })

async function signIn({ hooks }: Running) {
  const answer = await form(`${hooks.url}/dashboard/sign-in`, { token: hooks.token })
  expect(answer.status).toBe(303)
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const read = async (path: string) => (await fetch(hooks.url + path, { headers: { cookie } })).text()
  const csrf = /name="csrf" value="([^"]+)"/.exec(await read('/'))?.[1] ?? ''
  return { cookie, csrf, read, setCookie: answer.headers.get('set-cookie') ?? '' }
}

/** A server with one delivery that failed for good. */
async function withDeadLetter() {
  const receiver = await stage.receiver()
  receiver.answer = (_received, response) => response.writeHead(410).end()
  const running = await stage.hooks()
  await running.client.subscribe({ target_url: receiver.url, event: '*' })
  await running.webhook(completed('call_1'))
  return { receiver, running }
}

test('a dead letter can be sent again as long as its subscription lives; then it says why it cannot', async () => {
  const receiver = await stage.receiver()
  receiver.answer = (_received, response) => response.writeHead(422).end()
  const dataDir = stage.folder()
  const running = await stage.hooks({ dataDir })
  const { id } = await running.client.subscribe({ target_url: receiver.url, event: '*' })
  await running.webhook(completed('call_1'))
  await until(async () => (await running.client.deliveries()).deliveries[0]?.attempts === 1)
  const database = new DatabaseSync(join(dataDir, 'hooks.db'))
  database.exec("update deliveries set status = 'failed'")
  database.close()
  const { read } = await signIn(running)
  const alive = await read('/dashboard/dead-letters')
  expect(alive).toContain('Send all 1 again')
  expect(alive).toContain('action="/dashboard/deliveries/')
  await running.client.unsubscribe(id)
  const ended = await read('/dashboard/dead-letters')
  expect(ended).toContain('a subscription that has ended: there is nobody to send it to')
  expect(ended).not.toContain('Send all')
  expect(ended).not.toContain('action="/dashboard/deliveries/')
})

describe('a session', () => {
  test('is opened by the token alone, and its cookie is out of reach of scripts and other sites', async () => {
    const running = await stage.hooks()
    const { setCookie, read } = await signIn(running)
    expect(setCookie).toMatch(/; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)
    expect(setCookie).not.toContain(running.hooks.token)
    expect(await read('/')).toContain('<h1>Overview</h1>')
    const wrong = await form(`${running.hooks.url}/dashboard/sign-in`, { token: 'wrong' })
    expect(wrong.status).toBe(401)
    expect(wrong.headers.get('set-cookie')).toBeNull()
  })

  test('has a cookie for https alone where the server is reached so', async () => {
    const running = await stage.hooks({ publicUrl: 'https://hooks.example.com' })
    const { setCookie } = await signIn(running)
    expect(setCookie).toMatch(/^__Host-hooks=.*; Secure$/)
  })

  test('cannot be made up, changed or prolonged', async () => {
    const running = await stage.hooks()
    const { cookie } = await signIn(running)
    const [name = '', value = ''] = cookie.split('=')
    const [expires = '', nonce = '', mac = ''] = value.split('.')
    const later = String(Number(expires) + 1)
    for (const forged of [
      `${later}.${nonce}.${mac}`,
      `${expires}.${nonce}.${'A'.repeat(43)}`,
      `${expires}.${nonce}`,
      '',
      'x'.repeat(5_000),
    ]) {
      const answer = await fetch(`${running.hooks.url}/`, { headers: { cookie: `${name}=${forged}` } })
      expect(await answer.text()).toContain('<h1>Sign in</h1>')
    }
  })

  test('of a token that may only look changes nothing, and its hash at rest is no key to the dashboard', async () => {
    const sha256 = createHash('sha256').update('token-of-a-reader').digest('hex')
    const running = await stage.hooks({ tokens: [{ name: 'reader', sha256, scopes: ['read'] }] })
    const answer = await form(`${running.hooks.url}/dashboard/sign-in`, { token: 'token-of-a-reader' })
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const text = await (await fetch(`${running.hooks.url}/`, { headers: { cookie } })).text()
    expect(text).toContain('<h1>Overview</h1>')
    const csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
    const path = `${running.hooks.url}/dashboard/dead-letters/retry`
    expect((await form(path, { csrf }, { cookie })).status).toBe(403)
    const claim = `${Date.now() + 60_000}.${'A'.repeat(16)}`
    const forged = createHmac('sha256', Buffer.from(sha256, 'hex')).update(claim).digest('base64url')
    const refused = await fetch(`${running.hooks.url}/`, { headers: { cookie: `hooks=${claim}.${forged}` } })
    expect(await refused.text()).toContain('<h1>Sign in</h1>')
  })

  test('is not guessed: after ten wrong tokens a caller must wait', async () => {
    const running = await stage.hooks()
    const guess = () => form(`${running.hooks.url}/dashboard/sign-in`, { token: 'wrong' })
    for (let time = 0; time < 10; time += 1) expect((await guess()).status).toBe(401)
    const refused = await guess()
    expect(refused.status).toBe(429)
    expect(await refused.text()).toMatch(/Try again in \d+ s/)
  })

  test('that was signed out of is over for every copy of its cookie, also after a restart', async () => {
    let now = Date.now()
    const clock = { now: () => now, sleep: systemClock.sleep }
    const options = { dataDir: stage.folder(), token: 'a-token-of-some-length', clock }
    const running = await stage.hooks(options)
    const { cookie, csrf } = await signIn(running)
    const other = await signIn(running)
    const heading = async ({ hooks }: Running, value: string) =>
      /<h1>([^<]+)/.exec(await (await fetch(`${hooks.url}/`, { headers: { cookie: value } })).text())?.[1]
    const out = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      form(`${running.hooks.url}/dashboard/sign-out`, fields, { cookie, ...headers })
    // No other site signs anybody out.
    expect((await out({ csrf }, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await out({ csrf: other.csrf })).status).toBe(403)
    expect(await heading(running, cookie)).toBe('Overview')
    const answer = await out({ csrf })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
    expect(answer.headers.get('set-cookie')).toMatch(/^hooks=; .*Max-Age=0/)
    expect(await heading(running, cookie)).toBe('Sign in')
    const path = `${running.hooks.url}/dashboard/dead-letters/retry`
    expect((await form(path, { csrf }, { cookie })).headers.get('location')).toBe('/')
    expect(await heading(running, other.cookie)).toBe('Overview')
    await running.hooks.close()
    const again = await stage.hooks(options)
    expect(await heading(again, cookie)).toBe('Sign in')
    expect(await heading(again, other.cookie)).toBe('Overview')
    // What is kept of it is no part of the cookie, and goes once the cookie would have ended by itself.
    const kept = async () => {
      const reader = new DatabaseSync(join(options.dataDir, 'hooks.db'), { readOnly: true })
      const rows = reader.prepare("select key from meta where key like 'signed-out:%'").all()
      reader.close()
      return rows.map(({ key }) => String(key))
    }
    const [first = ''] = await kept()
    expect(cookie).not.toContain(first.slice('signed-out:'.length))
    now += 13 * 3_600_000
    const later = await signIn(again)
    await form(`${again.hooks.url}/dashboard/sign-out`, { csrf: later.csrf }, { cookie: later.cookie })
    expect(await kept()).toHaveLength(1)
    expect(await kept()).not.toContain(first)
  })
})

describe('nothing is changed', () => {
  test.each([
    ['without a session', { cookie: '' }, {}, 303],
    ['without the form’s secret', {}, { csrf: '' }, 403],
    ['with another form’s secret', {}, { csrf: 'A'.repeat(43) }, 403],
    ['from another site', { origin: 'https://evil.example' }, {}, 403],
    ['from another site, by the browser’s word', { 'sec-fetch-site': 'cross-site' }, {}, 403],
    ['from a sandboxed page', { origin: 'null' }, {}, 403],
  ])('%s', async (_what, headers, fields, status) => {
    const { running } = await withDeadLetter()
    const [hook] = await running.client.list()
    const { cookie, csrf } = await signIn(running)
    const path = `${running.hooks.url}/dashboard/subscriptions/${hook?.id}/pause`
    const answer = await form(path, { csrf, ...fields }, { cookie, ...headers })
    expect(answer.status).toBe(status)
    expect((await running.client.get(hook?.id ?? '')).paused).toBe(false)
  })

  test('by a form, unless it is ours: then it is', async () => {
    const receiver = await stage.receiver()
    const running = await stage.hooks()
    const { id } = await running.client.subscribe({ target_url: receiver.url, event: '*' })
    const { cookie, csrf } = await signIn(running)
    const referer = `${running.hooks.url}/dashboard/subscriptions`
    const path = `${running.hooks.url}/dashboard/subscriptions/${id}/pause`
    const answer = await form(path, { csrf }, { cookie, referer })
    expect(answer.headers.get('location')).toBe('/dashboard/subscriptions?changed=pause')
    expect((await running.client.get(id)).paused).toBe(true)
    const elsewhere = await form(path, { csrf }, { cookie, referer: 'https://evil.example/dashboard/' })
    expect(elsewhere.headers.get('location')).toBe('/?changed=pause')
  })
})

test('every page forbids what it does not need, and shows what callers said as text', async () => {
  const { running, receiver } = await withDeadLetter()
  const evil = '<img src=x onerror=alert(1)>"\'&'
  await running.webhook(completed('call_2', { summary: evil, outcome: evil }))
  await running.client.subscribe({ target_url: receiver.url, event: '*', description: evil })
  await until(async () => (await running.client.events()).events.length === 2)
  const { read, cookie } = await signIn(running)
  for (const path of [
    '/',
    '/dashboard/call?id=call_2',
    '/dashboard/subscriptions?all=1',
    '/dashboard/dead-letters',
    `/dashboard/call?id=${encodeURIComponent(evil)}`,
  ]) {
    const text = await read(path)
    expect(text).not.toContain('<img src=x')
    // No inline script or style: the policy would stop them.
    expect(text).not.toMatch(/<script>|<style|\sstyle=|\son\w+="/)
    const { headers } = await fetch(running.hooks.url + path, { headers: { cookie } })
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:/)
    expect(headers.get('cache-control')).toBe('no-store')
  }
  expect(await read('/dashboard/call?id=call_2')).toContain('&lt;img src=x onerror=alert(1)&gt;')
})

test('a call is looked for by whatever somebody types', async () => {
  const running = await stage.hooks()
  const { cookie, read } = await signIn(running)
  const find = async (typed: string) => {
    const path = `${running.hooks.url}/dashboard/find?call=${encodeURIComponent(typed)}`
    const answer = await fetch(path, { headers: { cookie }, redirect: 'manual' })
    expect(answer.status).toBe(303)
    return answer.headers.get('location') ?? ''
  }
  await running.webhook(completed('call/1 ?&#ä'))
  expect(await read(await find(' call/1 ?&#ä '))).toContain('<h1>Call call/1 ?&amp;#ä</h1>')
  for (const typed of ['nothing', '<b>', `${'a'.repeat(199)}😀`, '\r\nset-cookie: a=b', '../..']) {
    expect(await read(await find(typed))).toContain('<h1>No such call</h1>')
  }
})

test('markup is escaped by default, also in lists', () => {
  expect(html`<p>${'<'}${[html`<b>${'&'}</b>`, '"']}${null}${false}${0}</p>`.text).toBe(
    '<p>&lt;<b>&amp;</b>&quot;0</p>',
  )
})

test('numbers over time: one bar a step, latencies between the bounds of their class', () => {
  const now = Date.UTC(2026, 0, 1, 12, 7)
  const at = Date.UTC(2026, 0, 1, 12, 5)
  const { bars, total } = numbersOf(
    [
      { at, name: 'delivered', value: 4 },
      { at, name: 'latency:10', value: 2 },
      { at, name: 'latency:100', value: 2 },
      { at: at - 300_000, name: 'failed', value: 3 },
      { at: at - 4 * 3_600_000, name: 'failed', value: 100 },
    ],
    '3h',
    now,
  )
  expect(bars).toHaveLength(36)
  expect(bars.at(-1)).toMatchObject({ at, delivered: 4, failed: 0, p50: 10 })
  expect(bars.at(-1)?.p95).toBeGreaterThan(50)
  expect(bars.at(-2)).toMatchObject({ failed: 3, p50: null })
  expect(total).toMatchObject({ delivered: 4, failed: 3 })
})
