import { verifyWebhook } from '@movoice-kit/core/events'
import { expect, test } from 'vitest'
import { call, receiver, started } from './testing/index.ts'

test('a call lives: initiated, active, completed, with what was said', async () => {
  await using s = await started()
  const created = await s.movoice.calls.create({
    agent_id: 'agent_clinic',
    recipient_phone: '+12025550101',
    variables: { name: 'Asha', amount_due: 1200 },
  })
  expect(created).toEqual({
    call_id: expect.stringMatching(/^call_[0-9a-z]{7}$/),
    status: 'initiated',
    agent_id: 'agent_clinic',
    recipient_phone: '+12025550101',
    created_at: 1_767_225_600,
  })
  await s.advance(5)
  expect((await s.movoice.calls.get(created.call_id)).status).toBe('active')
  await s.advance(120)
  const done = await s.movoice.calls.get(created.call_id)
  expect(done).toMatchObject({ status: 'completed', outcome: 'BOOKED', sentiment: 'positive' })
  expect(done.summary).toContain('Asha')
  expect(JSON.stringify(done.transcript)).toContain('amount due 1200')
  expect(done.duration).toBeGreaterThan(20)
  expect(done.duration).toBeLessThan(90)
})

test.each([
  ['02', 'no_answer'],
  ['03', 'busy'],
  ['04', 'invalid_number'],
  ['05', 'agent_error'],
  ['06', 'network_error'],
])('scenario %s fails with %s', async (suffix, reason) => {
  await using hook = await receiver()
  await using s = await started({ webhook: { url: hook.url, secret: 'whsec_1' } })
  const { json } = await s.api('POST', '/call', call(suffix))
  await s.advance(60)
  const done = (await s.api('GET', `/calls/${json.call_id}`)).json
  expect(done).toMatchObject({ status: 'failed', reason })
  expect(hook.types()).toEqual(reason === 'agent_error' ? ['call.started', 'call.failed'] : ['call.failed'])
  expect(hook.got.at(-1)?.json).toEqual({
    event_type: 'call.failed',
    call_id: json.call_id,
    reason,
    recipient_phone: `+120255501${suffix}`,
    timestamp: expect.any(Number),
  })
})

test('webhooks are signed, and sent again after each documented delay until one is answered', async () => {
  await using hook = await receiver((_received, nth) => (nth < 6 ? 503 : 200))
  await using s = await started({ webhook: { url: hook.url, secret: 'whsec_1', events: ['call.completed'] } })
  await s.api('POST', '/call', call('01'))
  await s.advance(120)
  expect(hook.got).toHaveLength(2)
  await s.advance(3 * 3600)
  expect(hook.got).toHaveLength(5)
  for (const { body, headers } of hook.got) verifyWebhook(body, headers, 'whsec_1')
  const [delivery] = (await s.control('GET', '/deliveries')).json.deliveries
  expect(delivery.status).toBe('failed')
  const times = delivery.attempts.map(({ at }: { at: string }) => Date.parse(at) / 1000)
  expect(times.slice(1).map((time: number, index: number) => time - times[index])).toEqual([
    30, 300, 1800, 7200,
  ])
})

test('plan limits bite, with the seconds to wait', async () => {
  await using s = await started({ plan: '2x1' })
  const first = await s.api('POST', '/call', call('03'))
  expect(first.status).toBe(200)
  const busy = await s.api('POST', '/call', call('03'))
  expect([busy.status, busy.json.error.code]).toEqual([429, 'rate_limited'])
  await s.advance(Number(busy.headers.get('retry-after')))
  expect((await s.api('POST', '/call', call('03'))).status).toBe(200)
  await s.advance(5)
  const full = await s.api('POST', '/call', call('03'))
  await s.advance(Number(full.headers.get('retry-after')) - 1)
  expect((await s.api('POST', '/call', call('03'))).status).toBe(429)
  await s.advance(1)
  expect((await s.api('POST', '/call', call('03'))).status).toBe(200)
})
