// A disk that is full in the middle of a run: nobody is called whom the journal does not know.
import { expect, test } from 'vitest'
import { batchFlags, batchPlace, doubleRings, envOf, peopleFile } from './kill-batch.ts'
import { runMovoice } from './run-movoice.ts'

const place = batchPlace()

// prlimit is Linux's: a file that must not grow is as good as a disk without room.
test.runIf(process.platform === 'linux')(
  'is said in a line, with a code of its own; with room again, everybody is called, nobody twice',
  async () => {
    const path = peopleFile(place.folder, 400)
    const argv = ['batch', path, ...batchFlags]
    const env = envOf(place.sandbox)
    const full = await runMovoice(argv, env, ['prlimit', '--fsize=400000']).ended
    expect(full.err).toMatch(/people\.csv\.journal cannot be written \(.*\)\. No call is placed that is not/)
    expect(full.err).not.toMatch(/^ {4}at /m)
    const rang = new Set(place.sandbox.rings().map(({ recipient_phone }) => recipient_phone))
    expect(rang.size).toBeGreaterThan(0)
    expect(rang.size).toBeLessThan(400)
    // Whoever was rung while it was not to be written down is named as not known.
    expect(full.code, full.err).toBe(/not known of/.test(full.err) ? 5 : 1)
    const rest = await runMovoice(argv, env).ended
    expect(rest.code, rest.err).toBe(/not known of/.test(rest.err) ? 5 : 0)
    expect(doubleRings(place.sandbox)).toEqual([])
    const left = JSON.parse((await runMovoice([...argv, '-o', 'json'], env).ended).out) as { state: string }[]
    expect(left.filter(({ state }) => state === 'waiting')).toEqual([])
  },
  60_000,
)
