import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  batchFlags,
  batchPlace,
  compare,
  doubleRings,
  envOf,
  killAgainAndAgain,
  peopleFile,
  slowDown,
} from './kill-batch.ts'
import { runMovoice } from './run-movoice.ts'

const KILLS = 4

const place = batchPlace()

test(`${KILLS} kills at random: nobody is called twice, and the rest is called`, async () => {
  const calls = KILLS * 25
  const path = peopleFile(place.folder, calls)
  slowDown(place.sandbox, { calls, seconds: 0.1, when: ['after'] })
  const argv = ['batch', path, ...batchFlags, '-o', 'json']
  const { killed, last } = await killAgainAndAgain({
    sandbox: place.sandbox,
    argv,
    kills: KILLS,
    random: Math.random,
  })
  expect(doubleRings(place.sandbox)).toEqual([])
  expect(killed).toBeGreaterThan(KILLS / 2)
  compare(place.sandbox, last)
}, 180_000)

test('lost answers and refusals are told row by row, and a second run calls nobody', async () => {
  const path = peopleFile(place.folder, 3, ['10', '11', '12', '13', '18', '19'])
  const out = join(place.folder, 'results.csv')
  const first = await runMovoice(['batch', path, ...batchFlags, '--out', out], envOf(place.sandbox)).ended
  expect(first.code, first.err).toBe(0)
  const before = place.sandbox.rings().length
  expect(before).toBe(7)
  expect(doubleRings(place.sandbox)).toEqual([])
  const results = readFileSync(out, 'utf8')
  expect(results).toMatch(/\+12025550110,Asha,refused,,.*cannot be called/)
  expect(results).toMatch(/\+12025550119,Asha,refused/)
  for (const suffix of ['11', '12', '13', '18']) {
    expect(results).toMatch(new RegExp(`\\+120255501${suffix},Asha,placed,call_`))
  }
  const second = await runMovoice(['batch', path, ...batchFlags], envOf(place.sandbox)).ended
  expect(second.code).toBe(0)
  expect(second.err).toContain('All of them are done.')
  expect(place.sandbox.rings()).toHaveLength(before)
}, 60_000)

test('Ctrl-C lets calls that are being placed come to their end; the same command goes on', async () => {
  const path = peopleFile(place.folder, 60)
  slowDown(place.sandbox, { calls: 60, seconds: 0.3, when: ['after'] })
  const argv = ['batch', path, ...batchFlags]
  const run = runMovoice(argv, envOf(place.sandbox))
  await run.said(/^line \d+ /m)
  run.kill('SIGINT')
  const stopped = await run.ended
  expect(stopped.code).toBe(130)
  expect(stopped.err).toMatch(/people not called yet: the same command goes on/)
  const rang = place.sandbox.rings().length
  expect(stopped.out).toMatch(new RegExp(`^placed +${rang}$`, 'm'))
  expect(rang).toBeLessThan(60)
  const rest = await runMovoice(argv, envOf(place.sandbox)).ended
  expect(rest.code).toBe(0)
  expect(place.sandbox.rings()).toHaveLength(60)
  expect(doubleRings(place.sandbox)).toEqual([])
}, 60_000)

test('two runs with one file do not work side by side', async () => {
  const path = peopleFile(place.folder, 40)
  slowDown(place.sandbox, { calls: 40, seconds: 0.5, when: ['after'] })
  const argv = ['batch', path, ...batchFlags]
  const first = runMovoice(argv, envOf(place.sandbox))
  await first.said(/^line \d+ /m)
  const second = await runMovoice(argv, envOf(place.sandbox)).ended
  expect(second.code).toBe(1)
  expect(second.err).toMatch(/Another run is at work with .*two runs could call one person twice/)
  expect((await first.ended).code).toBe(0)
  expect(doubleRings(place.sandbox)).toEqual([])
}, 60_000)

test('a 429 that lasts is waited out, and the row is called once', async () => {
  const path = peopleFile(place.folder, 2)
  place.sandbox.fault({
    kind: 'status',
    path: '/call',
    method: 'POST',
    times: 8,
    status: 429,
    retry_after: 1,
  })
  const { code, err } = await runMovoice(['batch', path, ...batchFlags], envOf(place.sandbox)).ended
  expect(code, err).toBe(0)
  expect(place.sandbox.rings()).toHaveLength(2)
}, 60_000)
