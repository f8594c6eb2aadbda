import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createSandbox, type Sandbox, type SandboxOptions } from '@movoice-kit/sandbox'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Browser, openBrowser } from './chromium.ts'

// Pictures for people to look at; the folder is not kept.
const pictures = join(import.meta.dirname, 'work', 'sandbox')
mkdirSync(pictures, { recursive: true })

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser[Symbol.asyncDispose]())

async function open(options: SandboxOptions, viewport?: { width: number; height: number }) {
  const sandbox: Sandbox = await createSandbox({ speed: 0, plan: 'enterprise', ...options })
  const page: Page = await browser.context.newPage()
  if (viewport !== undefined) await page.setViewportSize(viewport)
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(String(error)))
  page.on('console', (message) => {
    // The scenarios that fail on purpose make the browser note a failed request; nothing else may be noted.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      wrong.push(message.text())
  })
  const answer = await page.goto(new URL('/', sandbox.baseUrl).href)
  return {
    sandbox,
    page,
    answer,
    wrong,
    [Symbol.asyncDispose]: async () => {
      await page.close()
      await sandbox.close()
    },
  }
}

test('a call is placed in the form and seen as it lives, with its story and its webhooks', async () => {
  const got: string[] = []
  const hook = createServer((request, response) => {
    got.push(request.url ?? '')
    request.resume()
    response.writeHead(got.length === 1 ? 500 : 200).end()
  })
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
  try {
    await using s = await open({ webhook: { url, secret: 'whsec_page' } })
    const { page } = s
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    const row = page.locator('#calls > li').first()
    await row.getByText('ringing').waitFor()
    await page.getByRole('button', { name: '+10 s' }).click()
    await row.getByText('talking').waitFor()
    await page.getByRole('button', { name: '+30 min' }).click()
    await row.getByText('completed').waitFor()
    await row.locator('summary').first().click()
    await row.getByText('What was said').waitFor()
    await row.getByText('call.completed', { exact: true }).waitFor()
    expect(await row.locator('.turns p').count()).toBeGreaterThan(5)
    expect(await row.locator('.attempts').first().textContent()).toMatch(/→ 500, .*→ 200/)
    const before = got.length
    await row.getByRole('button', { name: 'Send call.completed again' }).click()
    await expect.poll(() => got.length).toBe(before + 1)
    await page.screenshot({ path: join(pictures, 'call.png'), fullPage: true })
    expect(s.wrong).toEqual([])
  } finally {
    hook.closeAllConnections()
    hook.close()
  }
})

test('calls placed elsewhere appear without a reload, and refused ones say why', async () => {
  await using s = await open({ plan: '60x1' })
  const { page, sandbox } = s
  await page.getByText('No call yet').waitFor()
  await fetch(`${sandbox.baseUrl}/call`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ agent_id: 'agent_clinic', recipient_phone: '+12025550102' }),
  })
  await page.locator('#calls > li').getByText('+12025550102').waitFor()
  await page.getByRole('button', { name: 'Call', exact: true }).click()
  await page.locator('#answer').getByText('429').waitFor()
  expect(await page.locator('#answer').textContent()).toMatch(/Try again in \d+ s/)
  await page.getByLabel('Number', { exact: true }).fill('12')
  await page.getByRole('button', { name: 'Call', exact: true }).click()
  await page.locator('#answer').getByText('recipient_phone must be a phone number').waitFor()
  expect(s.wrong).toEqual([])
})

test('the page takes nothing from elsewhere and says so', async () => {
  await using s = await open({})
  const policy = s.answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  // What someone puts into a call's variables is text, and stays text.
  const { page, sandbox } = s
  await fetch(`${sandbox.baseUrl}/call`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      agent_id: 'agent_clinic',
      recipient_phone: '+12025550101',
      variables: { name: '<img src=x onerror=alert(1)>' },
    }),
  })
  await page.getByRole('button', { name: '+30 min' }).click()
  const row = page.locator('#calls > li').first()
  await row.getByText('completed').waitFor()
  await row.locator('summary').first().click()
  await row.getByText('What was said').waitFor()
  expect(await row.locator('img').count()).toBe(0)
  expect(await row.textContent()).toContain('<img src=x onerror=alert(1)>')
  expect(s.wrong).toEqual([])
})

test('everything is done by keyboard alone', async () => {
  await using s = await open({})
  const { page } = s
  const focused = () =>
    page.evaluate('document.activeElement?.id || document.activeElement?.textContent?.trim()')
  const reach = async (wanted: string, key = 'Tab') => {
    for (let press = 0; press < 60; press += 1) {
      if (String(await focused()).startsWith(wanted)) return
      await page.keyboard.press(key)
    }
    throw new Error(`${key} never came to ${wanted}`)
  }
  await page.locator('#agent option').first().waitFor({ state: 'attached' })
  await reach('phone')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('+12025550103')
  await page.keyboard.press('Enter')
  const row = page.locator('#calls > li').first()
  await row.getByText('ringing').waitFor()
  await reach('+1 min', 'Shift+Tab')
  await page.keyboard.press('Space')
  await row.getByText('busy').waitFor()
  await reach('failed')
  await page.keyboard.press('Enter')
  await row.getByText('failed: busy', { exact: true }).waitFor()
  // Where the focus is can be seen.
  const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
  expect(outline).toBe('solid')
})

test('a phone shows it whole, and every control has a name', async () => {
  await using s = await open({ speed: 1000 }, { width: 390, height: 844 })
  const { page } = s
  await page.getByRole('button', { name: 'Call', exact: true }).click()
  const row = page.locator('#calls > li').first()
  await row.getByText('completed').waitFor()
  await row.locator('summary').first().click()
  await row.getByText('What was said').waitFor()
  await page.screenshot({ path: join(pictures, 'phone.png'), fullPage: true })
  const wide = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  expect(wide).toBe(0)
  const nameless = await page.evaluate(`[...document.querySelectorAll('button, input, select, a')]
    .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length))
    .map((one) => one.outerHTML)`)
  expect(nameless).toEqual([])
})

test('dark is readable too', async () => {
  await using s = await open({ speed: 0 })
  await s.page.emulateMedia({ colorScheme: 'dark' })
  await s.page.getByRole('button', { name: 'Call', exact: true }).click()
  await s.page.locator('#calls').getByText('ringing').waitFor()
  await s.page.screenshot({ path: join(pictures, 'dark.png') })
  const [ink, paper] = (await s.page.evaluate(
    '[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]',
  )) as string[]
  const light = (color = '') => Math.max(...(color.match(/\d+/g) ?? []).map(Number))
  expect(light(ink)).toBeGreaterThan(200)
  expect(light(paper)).toBeLessThan(60)
})
