import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Journal } from '../batch/journal.ts'
import { runCli, SPEED } from '../testing/run-cli.ts'

let folder: string
let sandbox: Sandbox
let env: Record<string, string>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'movoice-batch-'))
  sandbox = await createSandbox({ speed: SPEED, plan: '600x3' })
  env = { MOVOICE_API_KEY: sandbox.apiKey, MOVOICE_BASE_URL: sandbox.baseUrl, MOVOICE_PLAN: '600x3' }
})
afterEach(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Writes a file with these rows under `phone,name`, and runs `movoice batch` on it. */
function file(...rows: string[]): string {
  const path = join(folder, 'people.csv')
  writeFileSync(path, `phone,name\n${rows.map((row) => `${row}\n`).join('')}`)
  return path
}
const batch = (path: string, ...flags: string[]) =>
  runCli(['batch', path, '--agent', 'agent_clinic', '--yes', ...flags], env)

test('checks every row first: one bad row, and nobody is called', async () => {
  const path = file('+12025550101,Asha', '12,Ravi', '+12025550101,Again')
  const ran = await batch(path)
  expect(ran).toMatchObject({ code: 2, out: '' })
  expect(ran.err).toMatch(
    /^line 3: the number has no country code.*\nline 4: is the number of line 2 again\n.*people\.csv has 2 bad rows\. Correct them, or call the good one with --skip-invalid\. Nothing was placed\.\n$/s,
  )
  expect(sandbox.rings()).toEqual([])
  expect(existsSync(`${path}.journal`)).toBe(false)
  const skipped = await batch(path, '--skip-invalid')
  expect(skipped.code).toBe(0)
  expect(sandbox.rings().map(({ recipient_phone }) => recipient_phone)).toEqual(['+12025550101'])
})

test('follows every call to its end, at the pace of the plan, and writes what came of it', async () => {
  const out = join(folder, 'results.csv')
  const path = file(
    '+12025550101,Asha',
    '+12025550102,=HYPERLINK(1)',
    '+12025550103,Meera',
    '+12025550104,Ravi',
  )
  const ran = await batch(path, '--wait', '--out', out)
  expect(ran.code, ran.err).toBe(0)
  expect(ran.out).toMatch(/^RESULT +PEOPLE\n/)
  expect(ran.err).toMatch(/^line 2 {2}\+12•+01 {2}placed: call_\w+$/m)
  expect(ran.err).toMatch(/^line 2 {2}\+12•+01 {2}BOOKED$/m)
  const lines = readFileSync(out, 'utf8').split('\n')
  expect(lines[0]).toBe(
    'line,phone,name,result,call_id,status,outcome,reason,sentiment,duration,summary,recording_url,note',
  )
  expect(lines[1]).toMatch(/^2,\+12025550101,Asha,BOOKED,call_\w+,completed,BOOKED,,positive,\d+,/)
  expect(lines[2]).toMatch(/^3,\+12025550102,'=HYPERLINK\(1\),NO_ANSWER,/)
  const { calls: seen } = { calls: sandbox.rings() }
  expect(seen).toHaveLength(4)
  // Nothing of it is in the messages that could be logged: numbers are masked.
  expect(ran.err).not.toMatch(/\+1202555/)
})

test('a second run only looks at what is open', async () => {
  const path = file('+12025550101,Asha', '+12025550102,Ravi')
  expect((await batch(path)).out).toMatch(/^placed +2$/m)
  const again = await batch(path, '--wait', '-o', 'json')
  expect(again.code).toBe(0)
  expect(JSON.parse(again.out)).toMatchObject([
    { state: 'over', call: { outcome: 'BOOKED' } },
    { state: 'over', call: { reason: 'no_answer' } },
  ])
  expect(sandbox.rings()).toHaveLength(2)
})

test('asks with the count, and "no" leaves everything as it was', async () => {
  const path = file('+12025550101,Asha', '+919876543210,Ravi')
  const flags = ['batch', path, '--agent', 'agent_clinic']
  const no = await runCli(flags, env, ['n'])
  expect(no).toMatchObject({ code: 1, out: '' })
  expect(no.err).toBe(
    '2 people to call (US 1, IN 1); at most 600 a minute and 3 at once (plan 600x3).\n' +
      'Call 2 people with agent_clinic? [y/N] Nothing was placed.\n',
  )
  const nobody = await runCli(flags, env)
  expect(nobody).toMatchObject({ code: 2 })
  expect(nobody.err).toMatch(/--yes is missing/)
  expect(sandbox.rings()).toEqual([])
})

test('a dry run needs no key and calls nobody', async () => {
  const path = file('+12025550101,Asha')
  const ran = await runCli(['batch', path, '--agent', 'a', '--dry-run', '--var', 'clinic=Lotus'], {})
  expect(ran.code).toBe(0)
  expect(JSON.parse(ran.out)).toEqual({
    agent_id: 'a',
    recipient_phone: '+12025550101',
    variables: { clinic: 'Lotus', name: 'Asha' },
  })
  expect(existsSync(`${path}.journal`)).toBe(false)
})

test('a dry run with a key looks at the agent too, and at what was done before', async () => {
  const path = file('+12025550101,Asha', '+12025550102,Ravi')
  const dry = (agent: string) => runCli(['batch', path, '--agent', agent, '--dry-run'], env)
  expect(await dry('agent_reminder')).toMatchObject({ code: 2, out: '' })
  expect((await dry('agent_clinic')).err).toMatch(/^2 people to call \(US 2\); at most 600/)
  expect((await batch(path)).code).toBe(0)
  file('+12025550101,Asha', '+12025550102,Ravi', '+12025550103,Meera')
  const after = await dry('agent_clinic')
  expect(after.err).toMatch(/^1 person to call \(US 1\), 2 done before; /)
  expect(JSON.parse(after.out)).toMatchObject({ recipient_phone: '+12025550103' })
  expect(sandbox.rings()).toHaveLength(2)
})

test('who was taken out of the file between two runs is not called', async () => {
  const path = file('+12025550101,Asha', '+12025550102,Ravi')
  expect((await runCli(['batch', path, '--agent', 'agent_clinic'], env, ['n'])).code).toBe(1)
  file('+12025550102,Ravi')
  expect((await batch(path)).code).toBe(0)
  expect(sandbox.rings().map(({ recipient_phone }) => recipient_phone)).toEqual(['+12025550102'])
})

describe('nobody is called', () => {
  test('if the results could not be written', async () => {
    const out = join(folder, 'no', 'such', 'folder.csv')
    const ran = await batch(file('+12025550101,Asha'), '--out', out)
    expect(ran).toMatchObject({
      code: 2,
      err: `--out cannot be written (ENOENT): ${out}. Nothing was placed.\n`,
    })
    expect(sandbox.rings()).toEqual([])
  })

  test.each<[string, string[], number, RegExp]>([
    ['by an agent that is not there', ['--agent', 'agent_none'], 3, /HTTP 404/],
    ['by an agent that is not active', ['--agent', 'agent_inactive'], 3, /is not active/],
    ['without what the prompt needs', ['--agent', 'agent_reminder'], 2, /has no column "\w+".*--var \w+=/],
    ['at a pace that is none', ['--plan', 'fast'], 2, /--plan must be starter/],
    ['with a column missing', ['--require', 'city'], 2, /has no column "city"/],
  ])('%s', async (_what, flags, code, line) => {
    const ran = await batch(file('+12025550101,Asha'), ...flags)
    expect(ran).toMatchObject({ code, out: '' })
    expect(ran.err).toMatch(line)
    expect(sandbox.rings()).toEqual([])
  })

  test('if the first are all refused, the others are left alone', async () => {
    sandbox.fault({ kind: 'status', path: '/call', times: 50, status: 422 })
    const rows = Array.from({ length: 20 }, (_, n) => `+141555500${n + 10},A`)
    const ran = await batch(file(...rows))
    expect(ran.code).toBe(3)
    expect(ran.err).toMatch(/The first \d rows were all refused/)
    expect(ran.err).toMatch(/1\d people not called yet: the same command goes on/)
    expect(sandbox.rings()).toEqual([])
  })

  test('when the key stops being good in the middle', async () => {
    const path = file(...Array.from({ length: 9 }, (_, n) => `+141555500${n + 10},A`))
    sandbox.fault({ kind: 'status', path: '/call', times: 50, status: 401 })
    const ran = await batch(path)
    expect(ran.code).toBe(3)
    expect(ran.out).toMatch(/^waiting +9$/m)
    expect(ran.err).toMatch(/9 people not called yet: the same command goes on where this one ended/)
    expect(sandbox.rings()).toEqual([])
  })
})

describe('a row that may have been called', () => {
  /** The journal of a process that died right after a claim, so long ago. */
  function died(path: string, ago: number): void {
    const journal = Journal.open(`${path}.journal`, { agent: 'agent_clinic', baseUrl: sandbox.baseUrl })
    journal.take([{ line: 2, phone: '+12025550101', country: 'US', variables: { name: 'Asha' } }])
    journal.claim('+12025550101', Date.now() - ago)
    journal.close()
  }

  test('is never called again by itself, and said with a code of its own', async () => {
    const path = file('+12025550101,Asha', '+12025550102,Ravi')
    died(path, 3_600_000)
    const ran = await batch(path)
    expect(ran.code).toBe(5)
    expect(ran.err).toMatch(/Looking for 1 call that may have been placed before/)
    expect(ran.err).toMatch(/It is not known of 1 person in .*people\.csv whether they were called/)
    expect(sandbox.rings().map(({ recipient_phone }) => recipient_phone)).toEqual(['+12025550102'])
  })

  test('is not called again if the file names it no more', async () => {
    const path = file('+12025550102,Ravi')
    died(path, 301_000)
    expect((await batch(path, '--retry-unknown')).code).toBe(5)
    expect(sandbox.rings().map(({ recipient_phone }) => recipient_phone)).toEqual(['+12025550102'])
  })

  test('is called again after 5 minutes if its user says so, and not before', async () => {
    const path = file('+12025550101,Asha')
    died(path, 60_000)
    expect((await batch(path, '--retry-unknown')).code).toBe(5)
    expect(sandbox.rings()).toEqual([])
    rmSync(`${path}.journal`)
    died(path, 301_000)
    expect((await batch(path, '--retry-unknown')).code).toBe(0)
    expect(sandbox.rings()).toHaveLength(1)
  })
})

test('at a terminal: a bar, the rate and what came of it, within 80 columns', async () => {
  const path = file('+12025550101,Asha', '+12025550102,Ravi', '+12025550103,Meera', '+12025550104,Joe')
  const argv = ['batch', path, '--agent', 'agent_clinic', '--yes', '--wait']
  const { err } = await runCli(argv, env, undefined, { columns: 80 })
  const bars = err.split('\n').filter((line) => /[█░]/.test(line))
  expect(bars.at(-1)).toMatch(/█{24} 4\/4 {2}4 a minute$/)
  for (const line of bars) expect(stripVTControlCharacters(line).length).toBeLessThan(80)
  expect(err).toMatch(/1 BOOKED · 1 NO_ANSWER/)
  const quiet = await runCli([...argv, '--quiet', '--journal', join(folder, 'other')], env, undefined, {
    columns: 80,
  })
  expect(quiet).toMatchObject({ code: 0, out: '', err: '' })
})
