import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { completed, Stage, until } from '@movoice-kit/hooks/testing'
import { afterEach, expect, test } from 'vitest'
import { openBrowser } from './chromium.ts'

const stage = new Stage()
afterEach(() => stage.end())

const TOKEN = 'a-token-for-the-dashboard'
/** Looked at by people when something about a page changes. */
const SHOTS = join(import.meta.dirname, 'work')
mkdirSync(SHOTS, { recursive: true })

test('the dashboard: signing in, live events, a call, subscriptions, sending again', {
  timeout: 120_000,
}, async () => {
  const good = await stage.receiver()
  const bad = await stage.receiver()
  bad.answer = (_received, response) => response.writeHead(400).end('<script>alert(1)</script>')
  let now = Date.now()
  const clock = {
    now: () => now,
    sleep: (ms: number, signal?: { addEventListener(type: 'abort', on: () => void): void }) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(ms, 50))
        signal?.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      }),
  }
  const running = await stage.hooks({ token: TOKEN, clock })
  const { client, hooks } = running
  await client.subscribe({ target_url: good.url, event: '*', description: 'A Zap that fills a sheet' })
  await client.subscribe({ target_url: bad.url, event: 'call.completed', description: '<b>bold</b>' })
  await using browser = await openBrowser()
  const page = await browser.context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))

  await page.goto(hooks.url)
  await page.screenshot({ path: join(SHOTS, 'hooks-login.png') })
  await page.keyboard.type('not the token of this server')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  expect(complaints.splice(0).filter((text) => !text.includes('401'))).toEqual([])
  await page.getByLabel('Token').fill(TOKEN)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  expect(await page.getByText('No event yet.').isVisible()).toBe(true)
  const cookie = (await browser.context.cookies())[0]
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  expect(JSON.stringify(cookie)).not.toContain(TOKEN)

  // Comes in while the page is open, and is shown without a reload.
  for (let call = 0; call < 8; call += 1) {
    await running.webhook({
      event_type: 'call.started',
      call_id: `call_${call}`,
      recipient_phone: '+919876543210',
      agent_id: 'agent_clinic',
    })
    await running.webhook(
      completed(`call_${call}`, call === 3 ? { summary: '<img src=x onerror=alert(1)>' } : {}),
    )
  }
  await running.webhook(completed('call_3'))
  await page.getByRole('link', { name: 'call_7' }).first().waitFor({ timeout: 20_000 })
  expect(await page.content()).not.toContain('+919876543210')
  await page.screenshot({ path: join(SHOTS, 'hooks-overview.png') })

  await page.getByRole('link', { name: 'call_3' }).first().click()
  await page.getByRole('heading', { name: 'Call call_3' }).waitFor()
  const told = await page.locator('.story').textContent()
  expect(told).toContain('call.completed learned by webhook')
  expect(told).toContain('came again by webhook: known')
  expect(told).toContain('answered 200')
  expect(told).toContain('answered 400')
  await page.screenshot({ path: join(SHOTS, 'hooks-call.png'), fullPage: true })
  const before = good.received.length
  await page.getByRole('button', { name: 'Send call.completed again' }).click()
  await until(() => good.received.length > before, 'the event sent again')

  await page.getByRole('link', { name: 'Subscriptions' }).click()
  await page.getByRole('heading', { name: 'Subscriptions' }).waitFor()
  expect(await page.getByText('<b>bold</b>').isVisible()).toBe(true)
  await page.screenshot({ path: join(SHOTS, 'hooks-subscriptions.png') })
  await page.getByRole('button', { name: 'Pause' }).first().click()
  await page.getByRole('status').waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('status').waitFor()

  // Three days later, what was refused is given up, and can be sent again.
  now += 73 * 3_600_000
  await until(async () => (await client.deliveries({ status: 'failed', limit: 100 })).deliveries.length === 8)
  await page.goto(hooks.url)
  await page.getByLabel('Token').fill(TOKEN)
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Failed deliveries' }).click()
  await page.getByRole('heading', { name: 'Failed deliveries' }).waitFor()
  await page.screenshot({ path: join(SHOTS, 'hooks-failed.png') })
  bad.answer = (_received, response) => response.writeHead(200).end()
  await page.getByRole('button', { name: 'Send all again' }).click()
  await until(async () => (await client.deliveries({ status: 'failed' })).deliveries.length === 0)

  // On a phone, nothing is wider than the screen.
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of ['/', '/dashboard/subscriptions', '/dashboard/call?id=call_3']) {
    await page.goto(`${hooks.url}${path}`)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  }
  await page.screenshot({ path: join(SHOTS, 'hooks-phone.png') })
  expect(complaints).toEqual([])

  // Without a session, or with a form that is not ours, nothing is done.
  const forged = await fetch(`${hooks.url}/dashboard/do`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: `movoice_hooks=${cookie?.value}`,
    },
    body: new URLSearchParams({ act: 'retry-all', id: '', mark: 'forged' }),
  })
  expect(forged.status).toBe(403)
})
