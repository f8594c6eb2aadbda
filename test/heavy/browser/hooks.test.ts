import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@movoice-kit/core'
import { signWebhook } from '@movoice-kit/core/events'
import { createHooks, type Hooks } from '@movoice-kit/hooks'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Browser, openBrowser } from './chromium.ts'

// Pictures for people to look at; the folder is not kept.
const pictures = join(import.meta.dirname, 'work', 'hooks')
mkdirSync(pictures, { recursive: true })

const SECRET = 'movoice-secret'
const DESKTOP = { width: 1280, height: 900 }
const PHONE = { width: 390, height: 844 }

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser[Symbol.asyncDispose]())

/** A subscriber on this machine that answers as it is told. */
class Subscriber {
  status = 200
  readonly got: string[] = []
  readonly #server = createServer((request, response: ServerResponse) => {
    request.resume()
    request.on('end', () => {
      this.got.push(String(request.headers['webhook-id']))
      response.writeHead(this.status).end(this.status < 300 ? 'ok' : 'no room for this today')
    })
  })
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`
  }
  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

class Stage {
  readonly hooks: Hooks
  readonly page: Page
  readonly wrong: string[] = []
  readonly subscribers: Subscriber[] = []

  constructor(hooks: Hooks, page: Page) {
    this.hooks = hooks
    this.page = page
    page.on('pageerror', (error) => this.wrong.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') this.wrong.push(message.text())
    })
  }

  async request(method: string, path: string, body?: object) {
    const response = await fetch(this.hooks.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.hooks.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (response.status === 204 ? {} : await response.json()) as Record<string, unknown>
  }

  async subscriber(description: string, more: object = {}): Promise<Subscriber> {
    const subscriber = new Subscriber()
    this.subscribers.push(subscriber)
    await this.request('POST', '/hooks', {
      target_url: await subscriber.listen(),
      event: '*',
      description,
      ...more,
    })
    return subscriber
  }

  async webhook(payload: object): Promise<void> {
    const body = JSON.stringify(payload)
    const headers = { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, SECRET) }
    const { status } = await fetch(`${this.hooks.url}/movoice`, { method: 'POST', headers, body })
    expect(status).toBe(202)
  }

  async completed(call: string, more: object = {}): Promise<void> {
    await this.webhook({
      event_type: 'call.completed',
      call_id: call,
      agent_id: 'agent_clinic',
      recipient_phone: '+12025550101',
      duration: 74,
      summary: 'The appointment on Friday at 10:00 was confirmed.',
      sentiment: 'positive',
      outcome: 'BOOKED',
      transcript: 'agent: Hello! Shall I confirm Friday at ten?\nuser: Yes, please.',
      ...more,
    })
  }

  async signIn(): Promise<void> {
    await this.page.goto(this.hooks.url)
    await this.page.getByLabel('Token').fill(this.hooks.token)
    await this.page.getByRole('button', { name: 'Sign in' }).click()
    await this.page.getByRole('heading', { name: 'Overview' }).waitFor()
  }

  /** Waits until so many deliveries have a status. */
  async deliveries(status: string, count: number): Promise<void> {
    await expect
      .poll(
        async () =>
          ((await this.request('GET', `/deliveries?limit=100&status=${status}`)).deliveries as []).length,
        { timeout: 30_000 },
      )
      .toBeGreaterThanOrEqual(count)
  }

  async none(status: string): Promise<void> {
    await expect
      .poll(
        async () =>
          ((await this.request('GET', `/deliveries?limit=1&status=${status}`)).deliveries as []).length,
        { timeout: 30_000 },
      )
      .toBe(0)
  }

  /** Waits until nothing is on its way that is due. */
  async idle(): Promise<void> {
    await expect
      .poll(
        async () => {
          const { deliveries } = await this.request('GET', '/deliveries?limit=100&status=pending')
          return (deliveries as { attempts: number }[]).filter(({ attempts }) => attempts === 0).length
        },
        { timeout: 30_000 },
      )
      .toBe(0)
  }

  async [Symbol.asyncDispose]() {
    await this.page.close()
    await this.hooks.close()
    for (const one of this.subscribers) one.close()
  }
}

const HOUR = 3_600_000

/** Starts a server and a page; its clock is the machine's, moved by as much as the test says. */
async function open({
  viewport = DESKTOP,
  dataDir = folder(),
  shift = () => 0,
}: Readonly<{ viewport?: typeof DESKTOP; dataDir?: string; shift?: () => number }> = {}): Promise<Stage> {
  const clock: Clock = { now: () => Date.now() + shift(), sleep: systemClock.sleep }
  const hooks = await createHooks({ webhookSecret: SECRET, dataDir, clock })
  await browser.context.clearCookies()
  const page = await browser.context.newPage()
  await page.setViewportSize(viewport)
  return new Stage(hooks, page)
}

const folders: string[] = []
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'hooks-page-'))
  folders.push(made)
  return made
}
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true })
})

/** A server that has lived a day: most is well, one subscriber is down, and one refused events three days ago. */
async function livedIn(viewport = DESKTOP): Promise<Stage & { readonly crm: Subscriber }> {
  const dataDir = folder()
  let hours = -74
  const shift = () => hours * HOUR
  const crm = new Subscriber()
  const url = await crm.listen()
  crm.status = 400
  {
    await using past = await open({ dataDir, shift })
    const filter = { outcome: ['REFUSED'] }
    await past.request('POST', '/hooks', {
      target_url: url,
      event: '*',
      description: 'Customer records',
      filter,
    })
    for (const call of ['call_old_1', 'call_old_2']) await past.completed(call, { outcome: 'REFUSED' })
    await expect.poll(() => crm.got.length, { timeout: 20_000 }).toBe(2)
    await past.deliveries('pending', 2)
    hours = -23
    await past.subscriber('Booking sheet')
    for (; hours < -1; hours += 1) {
      for (let call = 0; call < 3 + ((hours + 23) % 5); call += 1)
        await past.completed(`call_${-hours}_${call}`)
      await past.idle()
    }
  }
  const stage = Object.assign(await open({ dataDir, viewport }), { crm })
  stage.subscribers.push(crm)
  await stage.deliveries('failed', 2)
  const [sheet] = (
    (await stage.request('GET', '/hooks')).hooks as { id: string; description: string }[]
  ).filter(({ description }) => description === 'Booking sheet')
  await stage.request('DELETE', `/hooks/${sheet?.id}`)
  await stage.subscriber('Booking sheet, new')
  const down = await stage.subscriber('Reminders', { event: 'call.failed' })
  down.status = 503
  for (const call of ['call_f1', 'call_f2', 'call_f3']) {
    await stage.webhook({
      event_type: 'call.failed',
      call_id: call,
      reason: 'no_answer',
      agent_id: 'agent_clinic',
      recipient_phone: '+12025550102',
      timestamp: Math.floor(Date.now() / 1000),
    })
  }
  await stage.deliveries('held', 1)
  await stage.completed('call_today', { outcome: 'BOOKED' })
  await stage.completed('call_today', { outcome: 'BOOKED' })
  await stage.webhook({
    event_type: 'action.triggered',
    call_id: 'call_today',
    action_name: 'book',
    parameters: { day: 'Friday' },
  })
  await stage.idle()
  return stage
}

/** How bright a colour is as the browser tells it, from 0 to 255. */
const light = (color = '') => Math.max(...(color.match(/\d+/g) ?? []).map(Number))

test('a person signs in and sees what came in as it comes in', async () => {
  await using s = await open()
  const { page } = s
  const answer = await page.goto(s.hooks.url)
  const policy = answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  await page.getByLabel('Token').fill('not the token')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('not a token').waitFor()
  await page.screenshot({ path: join(pictures, 'sign-in.png') })
  // Chromium notes the refusal itself.
  expect(s.wrong.splice(0)).toEqual([expect.stringContaining('401')])
  await page.getByLabel('Token').fill(s.hooks.token)
  await page.keyboard.press('Enter')
  await page.getByText('No event yet').waitFor()
  await page.screenshot({ path: join(pictures, 'empty.png') })
  await s.subscriber('Booking sheet')
  await s.completed('call_1', { recipient_phone: '+12025550177' })
  const row = page.locator('#events li').first()
  await row.getByText('call.completed').waitFor()
  await row.getByText('delivered').waitFor()
  expect(await row.textContent()).not.toContain('+12025550177')
  await page.locator('.tile', { hasText: 'Delivered' }).getByText('1', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goto(`${s.hooks.url}/dashboard/subscriptions`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(s.wrong).toEqual([])
})

test('a call’s whole story, dead letters sent again by a button, and an endpoint that is down', async () => {
  await using s = await livedIn()
  const { page } = s
  await s.signIn()
  await page.getByRole('heading', { name: 'Needs a look' }).waitFor()
  await page.screenshot({ path: join(pictures, 'overview.png'), fullPage: true })
  await page.screenshot({ path: join(pictures, 'overview-first.png') })
  await page.getByLabel('Call', { exact: true }).fill('call_today')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Call call_today' }).waitFor()
  const story = await page.locator('#story').textContent()
  expect(story).toContain('came as a webhook, signed, and was stored')
  expect(story).toContain('came again, by a webhook: known already')
  expect(story).toContain('answered 200')
  expect(story).toContain('+12025550101')
  await page.getByText('What was said').click()
  await page.getByText('Shall I confirm Friday at ten?').first().waitFor()
  await page.screenshot({ path: join(pictures, 'story.png'), fullPage: true })
  await page.getByRole('link', { name: 'Subscriptions' }).click()
  await page.getByText('endpoint down').waitFor()
  await page.screenshot({ path: join(pictures, 'subscriptions.png'), fullPage: true })
  await page.getByRole('button', { name: 'Send a test event to Booking sheet, new' }).click()
  await page.getByRole('status').getByText('The test event was taken: its endpoint answered 200').waitFor()
  const reminders = page.locator('.card', { hasText: 'Reminders' })
  await reminders.getByText('End…').click()
  await reminders.getByRole('button', { name: 'End it for good' }).click()
  await page.getByRole('status').getByText('Ended').waitFor()
  await page.getByText('2 subscriptions').waitFor()
  await page.getByRole('link', { name: /Dead letters/ }).click()
  await page.locator('#dead .card').nth(1).waitFor()
  await page.screenshot({ path: join(pictures, 'dead-letters.png'), fullPage: true })
  const ids = s.crm.got.slice(0, 2)
  s.crm.status = 200
  await page.getByRole('button', { name: 'Send again call_old_1' }).click()
  await page.getByRole('status').getByText('1 delivery will be sent again now').waitFor()
  await page.locator('#dead .card').nth(1).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Send all 1 again' }).click()
  await page.getByText('No dead letters').waitFor()
  // The same ids as the first time: whoever had them knows them for repeats.
  await expect.poll(() => new Set(s.crm.got.slice(-2)), { timeout: 20_000 }).toEqual(new Set(ids))
  await page.goto(`${s.hooks.url}/dashboard/call?id=call_old_1`)
  await page.locator('#story').getByText('answered 400: no room for this today').first().waitFor()
  await page.locator('#story .badge', { hasText: 'delivered' }).waitFor()
  expect(s.wrong).toEqual([])
})

test('everything is done by keyboard alone, and a fresh page keeps the place', async () => {
  await using s = await open()
  const { page } = s
  await s.subscriber('Booking sheet')
  await page.goto(s.hooks.url)
  // The cursor is where it is needed.
  await page.keyboard.type(s.hooks.token)
  await page.keyboard.press('Enter')
  await page.getByText('No event yet').waitFor()
  const focused = () => page.evaluate('document.activeElement?.textContent?.trim() ?? ""') as Promise<string>
  const reach = async (wanted: string) => {
    for (let press = 0; press < 40; press += 1) {
      if ((await focused()).startsWith(wanted)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`Tab never came to ${wanted}`)
  }
  await reach('Subscriptions')
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
  await page.keyboard.press('Enter')
  await page.getByText('healthy').waitFor()
  await reach('Pause')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Paused').waitFor()
  await reach('Resume')
  // Something new on the page does not take the keyboard away.
  await s.completed('call_1')
  await page.locator('#hooks .facts', { hasText: 'Waiting' }).getByText('1', { exact: true }).waitFor()
  expect(await focused()).toMatch(/^Resume/)
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Resumed').waitFor()
  await expect.poll(() => s.subscribers[0]?.got.length, { timeout: 20_000 }).toBe(1)
  expect(s.wrong).toEqual([])
})

test('a phone shows it whole, by day and by night, and every control has a name', async () => {
  await using s = await livedIn(PHONE)
  const { page } = s
  await s.signIn()
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    for (const [name, path] of [
      ['overview', '/'],
      ['story', '/dashboard/call?id=call_today'],
      ['subscriptions', '/dashboard/subscriptions'],
      ['dead-letters', '/dashboard/dead-letters'],
    ]) {
      await page.goto(s.hooks.url + path)
      await page.screenshot({ path: join(pictures, `phone-${name}-${scheme}.png`), fullPage: true })
      const wide = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect([path, wide]).toEqual([path, 0])
      const nameless =
        await page.evaluate(`[...document.querySelectorAll('button, input:not([type=hidden]), a')]
        .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length))
        .map((one) => one.outerHTML)`)
      expect(nameless).toEqual([])
      const [ink, paper] = (await page.evaluate(
        '[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]',
      )) as string[]
      expect(Math.abs(light(ink) - light(paper))).toBeGreaterThan(150)
    }
  }
  await page.setViewportSize(DESKTOP)
  await page.goto(s.hooks.url)
  await page.screenshot({ path: join(pictures, 'dark.png'), fullPage: true })
  expect(s.wrong).toEqual([])
})

test('what is as long as it may be breaks no page, on a desk or a phone', async () => {
  await using s = await open()
  const { page } = s
  const call = 'call_'.padEnd(200, 'a1b2c3d4')
  const down = await s.subscriber('D'.repeat(200), {
    filter: { outcome: [...Array.from({ length: 30 }, (_, index) => `OUTCOME_${index}`), 'O'.repeat(200)] },
    limits: { preset: 'zapier' },
  })
  down.status = 500
  await s.subscriber('Booking sheet')
  const long = { summary: 'S'.repeat(3_000), outcome: 'O'.repeat(200), agent_id: 'agent_'.padEnd(200, 'z') }
  await s.completed(call, long)
  await s.webhook({
    event_type: 'action.triggered',
    call_id: call,
    action_name: 'book_'.padEnd(200, 'y'),
    parameters: { a: 'b'.repeat(2_000) },
  })
  await s.idle()
  await s.signIn()
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport)
    for (const path of [
      '/',
      `/dashboard/call?id=${call}`,
      `/dashboard/call?id=${call}b`,
      '/dashboard/subscriptions',
      '/dashboard/dead-letters',
    ]) {
      await page.goto(s.hooks.url + path)
      for (const one of await page.locator('summary').all()) await one.click()
      const wide = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect([path, viewport.width, wide]).toEqual([path, viewport.width, 0])
    }
    await page.goto(s.hooks.url)
    await page.screenshot({ path: join(pictures, `long-${viewport.width}.png`), fullPage: true })
  }
  // Chromium notes itself that there is no such call.
  expect(s.wrong.filter((text) => !text.includes('404'))).toEqual([])
})

test('without scripts it works too', async () => {
  await using s = await livedIn()
  const { page } = s
  await page.route('**/page.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }))
  await s.signIn()
  await page.getByRole('link', { name: /Dead letters/ }).click()
  s.crm.status = 200
  await page.getByRole('button', { name: 'Send all 2 again' }).click()
  await page.getByRole('status').getByText('2 deliveries will be sent again now').waitFor()
  await s.none('failed')
})
