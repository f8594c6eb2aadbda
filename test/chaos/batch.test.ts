// `movoice batch` is killed while it calls, in the middle of requests that are slow to be carried out or answered.
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
} from '../cli/kill-batch.ts'
import { runMovoice } from '../cli/run-movoice.ts'
import { report } from './report.ts'

const KILLS = 100

const place = batchPlace()

test(`${KILLS} kills of a batch call nobody twice`, async () => {
  const calls = KILLS * 25
  const path = peopleFile(place.folder, calls)
  slowDown(place.sandbox, { calls, seconds: 0.1, when: ['after', 'before'] })
  const argv = ['batch', path, ...batchFlags, '-o', 'json']
  const { killed, last } = await killAgainAndAgain({
    sandbox: place.sandbox,
    argv,
    kills: KILLS,
    random: Math.random,
  })
  const doubles = doubleRings(place.sandbox)
  expect(doubles).toEqual([])
  const unknown = compare(place.sandbox, last)
  expect(killed).toBeGreaterThan(KILLS / 2)
  report('kill -9 of movoice batch', {
    kills: killed,
    people: calls,
    'called twice': doubles.length,
    'not called, and said so': unknown,
  })
}, 600_000)

test('an answer that comes after 90 s is not waited for, and not asked for again', async () => {
  const path = peopleFile(place.folder, 0, ['17'])
  const { code, err } = await runMovoice(['batch', path, ...batchFlags], envOf(place.sandbox)).ended
  expect({ code, found: /found: call_/.test(err) }).toEqual({ code: 0, found: true })
  expect(place.sandbox.rings()).toHaveLength(1)
}, 60_000)
