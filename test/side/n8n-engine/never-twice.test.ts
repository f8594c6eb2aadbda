import { expect, test, vi } from 'vitest'
import { execute } from './engine.ts'
import { create, number, world } from './world.ts'

const FASTER = vi.hoisted(() => 20)

// A lost answer is looked for with pauses of seconds: here they pass twenty times as fast.
vi.mock('../../../packages/n8n/src/shared/clock.ts', async (original) => {
  const { n8nClock } = await original<typeof import('../../../packages/n8n/src/shared/clock.ts')>()
  return {
    n8nClock: {
      now: n8nClock.now,
      sleep: (ms: number, signal?: AbortSignal) => n8nClock.sleep(ms / FASTER, signal),
    },
  }
})

const counted = (phones: readonly string[]) => {
  const counts: Record<string, number> = {}
  for (const phone of phones) counts[phone] = (counts[phone] ?? 0) + 1
  return counts
}

test('three tries with a refused number in the middle: every good number rings once', async () => {
  await using w = await world()
  const { status, error } = await execute(w.credential, { parameters: create, retryOnFail: true }, [
    { phone: number('01') },
    { phone: number('10') },
    { phone: number('02') },
  ])
  expect(status).toBe('error')
  expect(error?.context).toMatchObject({ itemIndex: 1 })
  expect(await w.rung()).toEqual([number('01'), number('02')])
  const posts = (await w.requests()).filter(({ method }) => method === 'POST')
  expect(posts.filter(({ body }) => body?.recipient_phone === number('10'))).toHaveLength(3)
})

test('an answer that was lost is looked up, and the same call comes back', async () => {
  await using w = await world({ speed: 1 })
  const { status, outputs } = await execute(
    w.credential,
    { parameters: create, retryOnFail: true, onError: 'continueRegularOutput' },
    [{ phone: number('12') }, { phone: number('13') }, { phone: number('18') }],
  )
  expect(status).toBe('success')
  expect(outputs[0]?.map(({ call_id }) => typeof call_id)).toEqual(['string', 'string', 'string'])
  expect(await w.rung()).toEqual([number('12'), number('13'), number('18')])
})

test('a field named error in an answer does not make n8n run the node again', async () => {
  await using w = await world()
  const { outputs } = await execute(w.credential, { parameters: create, retryOnFail: true }, [
    { phone: number('05') },
  ])
  await w.advance(600)
  expect(Object.keys(outputs[0]?.[0] ?? {})).not.toContain('error')
  expect(await w.rung()).toEqual([number('05')])
})

test('fifty runs with faults, retries and every way to go on: every good number rings once', async () => {
  await using w = await world({ speed: 1 })
  const good = ['01', '02', '03', '07', '12', '13', '18']
  const bad = ['10', '19']
  const ways = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const
  for (let run = 0; run < 50; run += 1) {
    const rows = [good[run % 7], bad[run % 2], good[(run + 3) % 7], good[(run + 5) % 7]].map((one) => ({
      phone: number(String(one)),
    }))
    if (run % 3 === 0) rows.reverse()
    await w.control('POST', '/reset')
    await execute(
      w.credential,
      {
        parameters: create,
        retryOnFail: true,
        maxTries: 2 + (run % 4),
        onError: ways[run % 3] ?? 'stopWorkflow',
      },
      rows,
    )
    const rang = counted(await w.rung())
    const wanted = rows.map(({ phone }) => phone).filter((phone) => !bad.some((one) => phone === number(one)))
    expect(rang, `run ${run}`).toEqual(counted(wanted))
  }
}, 120_000)

test('a 429 is waited out as long as it says, and then the number rings once', async () => {
  await using w = await world()
  const began = Date.now()
  const { status } = await execute(w.credential, { parameters: create }, [{ phone: number('11') }])
  expect(status).toBe('success')
  // The answer said two seconds: a lower bound, as no machine can be faster than that.
  expect(Date.now() - began).toBeGreaterThanOrEqual(2_000 / FASTER)
  expect((await w.requests()).filter(({ method }) => method === 'POST')).toHaveLength(2)
  expect(await w.rung()).toEqual([number('11')])
})
