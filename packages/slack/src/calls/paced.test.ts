import { VirtualClock } from '@movoice-kit/core/testing'
import { expect, test } from 'vitest'
import { Paced } from './paced.ts'

test('a hundred askers at once are one run now and one a second later', async () => {
  const clock = new VirtualClock()
  const runs: number[] = []
  const paced = new Paced(clock, 1000, async () => {
    runs.push(clock.now())
    await clock.sleep(200)
  })
  const began = clock.now()
  const asked = Array.from({ length: 100 }, () => paced.ask('a'))
  await clock.run(Promise.all(asked))
  await clock.run(Promise.all(Array.from({ length: 100 }, () => paced.ask('a'))))
  expect(runs).toEqual([began, began + 1000])
})

test('what was done elsewhere counts, another key does not wait, and a failure stops nothing', async () => {
  const clock = new VirtualClock()
  const runs: string[] = []
  const paced = new Paced(clock, 1000, async (key) => {
    runs.push(`${key} ${clock.now() - began}`)
    if (key === 'bad') throw new Error('no')
  })
  const began = clock.now()
  paced.ran('a')
  const failed = paced.ask('bad').catch((error: unknown) => String(error))
  await clock.run(paced.ask('a'))
  expect(await failed).toBe('Error: no')
  await clock.run(paced.ask('bad').catch(() => undefined))
  expect(runs).toEqual(['bad 0', 'a 1000', 'bad 1000'])
})
