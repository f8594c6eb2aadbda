import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Journal } from './journal.ts'
import type { Person } from './people-file.ts'

let folder: string
let path: string
let open: Journal | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'movoice-journal-'))
  path = join(folder, 'people.csv.journal')
})
afterEach(() => {
  open?.close()
  open = undefined
  rmSync(folder, { recursive: true, force: true })
})

const purpose = { agent: 'agent_a', baseUrl: 'https://api.movoice.ai/v1' }
const person = (line: number, variables: Person['variables'] = {}): Person => ({
  line,
  phone: `+1202555010${line}`,
  country: 'US',
  variables,
})
const start = () => {
  open?.close()
  open = Journal.open(path, purpose)
  return open
}
const states = (journal: Journal) => journal.rows().map(({ line, state }) => `${line} ${state}`)

test('keeps what was done, for its owner alone, and takes in only who is new', () => {
  const first = start()
  first.take([person(2, { name: 'Asha' }), person(3)])
  first.claim('+12025550102', 1_000)
  first.placed('+12025550102', 'call_1')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const second = start()
  // The file was edited: what is done keeps its variables, what waits takes the new ones.
  second.take([person(2, { name: 'Other' }), person(3, { name: 'Ravi' }), person(4)])
  expect(states(second)).toEqual(['2 placed', '3 waiting', '4 waiting'])
  expect(second.rows()[0]).toMatchObject({ callId: 'call_1', claimedAt: 1_000, variables: { name: 'Asha' } })
  expect(second.rows()[1]).toMatchObject({ variables: { name: 'Ravi' } })
})

test('a row is claimed once', () => {
  const journal = start()
  journal.take([person(2)])
  journal.claim('+12025550102', 1)
  expect(() => journal.claim('+12025550102', 2)).toThrow('not waiting')
  journal.release('+12025550102')
  journal.claim('+12025550102', 3)
  expect(journal.rows('claimed')).toMatchObject([{ claimedAt: 3 }])
})

test('is of one agent and one account', () => {
  start().close()
  open = undefined
  expect(() => Journal.open(path, { ...purpose, agent: 'agent_b' })).toThrow(
    /of a run with the agent agent_a/,
  )
  expect(() => Journal.open(path, { ...purpose, baseUrl: 'http://127.0.0.1:4010/v1' })).toThrow(
    /of a run through https:\/\/api\.movoice\.ai\/v1/,
  )
})

test('leaves a file alone that is something else', () => {
  writeFileSync(path, 'phone,name\n+12025550101,Asha\n'.repeat(100))
  const before = statSync(path).size
  expect(() => start()).toThrow(/another kind of file/)
  expect(statSync(path).size).toBe(before)
})

test('says what is in the way', () => {
  expect(() => Journal.open(join(folder, 'no', 'journal'), purpose)).toThrow(/cannot be written \(ENOENT\)/)
})

test('who was taken out of the file is not called; what was done for them is kept', () => {
  const first = start()
  first.take([person(2), person(3), person(4)])
  first.claim('+12025550102', 1)
  first.placed('+12025550102', 'call_1')
  const second = start()
  second.take([person(4)])
  expect(states(second)).toEqual(['2 placed', '4 waiting'])
  expect([second.lists('+12025550102'), second.lists('+12025550104')]).toEqual([false, true])
})
