import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { startExample, stopExamples } from './start.ts'

const folder = mkdtempSync(join(tmpdir(), 'campaign-'))
let sandbox: Sandbox
let file: string
beforeEach(async () => {
  // So fast that a call is over by the time it is first asked for.
  sandbox = await createSandbox({ speed: 100_000, plan: 'enterprise' })
  file = join(mkdtempSync(join(folder, 'run-')), 'people.csv')
})
afterEach(async () => {
  stopExamples()
  await sandbox.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

const people = (...rows: string[]) => writeFileSync(file, ['phone,name', ...rows, ''].join('\n'))
const begin = () =>
  startExample('campaign', ['campaign.mjs', file, 'agent_clinic'], {
    MOVOICE_API_KEY: sandbox.apiKey,
    MOVOICE_BASE_URL: sandbox.baseUrl,
    MOVOICE_PLAN: 'enterprise',
  })
async function run() {
  const example = begin()
  const code = await example.ended
  return { code, text: example.text() }
}
async function until(holds: () => boolean) {
  for (let turn = 0; turn < 2_000 && !holds(); turn += 1) await new Promise((next) => setTimeout(next, 10))
}
const rung = () => sandbox.rings().map(({ recipient_phone }) => recipient_phone)

test('calls everyone once, and tells what came of it, however often it is started', async () => {
  people(
    '+1 202-555-0101,Asha',
    '+12025550102,"Rao, Ravi"',
    '(+1) 202 555 0101,Asha again',
    '+12025550110,Jo',
  )
  const first = await run()
  expect(first.code).toBe(0)
  expect(first.text).toMatch(/^\+12025550101 {2}BOOKED {2}\w/m)
  expect(first.text).toMatch(/^\+12025550102 {2}NO_ANSWER/im)
  expect(first.text).toMatch(/^\+12025550110 {2}refused: /m)
  expect(rung().sort()).toEqual(['+12025550101', '+12025550102'])
  people('+1 202-555-0101,Asha', '+12025550103,New')
  const second = await run()
  expect(second.text).toMatch(/^\+12025550103 {2}busy/im)
  expect(rung().sort()).toEqual(['+12025550101', '+12025550102', '+12025550103'])
})

test('names every wrong row before a phone rings', async () => {
  people('+12025550101,Asha', '2025550102,Ravi', ',Nobody')
  const { code, text } = await run()
  expect(code).toBe(1)
  expect(text).toMatch(/Nobody was called\.\nrow 2: phone has no country code.*\nrow 3: phone is empty/)
  expect(rung()).toEqual([])
})

test('a campaign that is killed while a call is being placed finds that call, and does not ring again', async () => {
  await sandbox.close()
  sandbox = await createSandbox({ speed: 1, plan: 'enterprise' })
  people('+12025550117,Asha') // Rings at once; the answer comes after 90 s.
  const killed = begin()
  await until(() => rung().length === 1)
  killed.kill()
  await killed.ended
  people('+12025550117,Asha', '+12025550102,Ravi')
  const second = begin()
  const notes = new DatabaseSync(`${file}.db`, { timeout: 5_000 })
  const found = notes.prepare('SELECT count(*) AS n FROM calls WHERE call_id IS NOT NULL')
  await until(() => found.get()?.n === 2)
  notes.close()
  second.kill()
  await second.ended
  await sandbox.advance(300)
  const third = await run()
  expect(third.text).toMatch(/^\+12025550117 {2}BOOKED/m)
  expect(third.text).toMatch(/^\+12025550102 {2}NO_ANSWER/im)
  expect(rung()).toEqual(['+12025550117', '+12025550102'])
})
