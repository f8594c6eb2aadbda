import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { SandboxOptions } from './options.ts'
import { call, type Received, receiver, started } from './testing/index.ts'

type Started = Awaited<ReturnType<typeof started>>

/** A life of everything: calls of all kinds, a batch, an agent changed, failing webhooks. Returns all that came of it. */
async function life(s: Started, got: Received[]): Promise<string> {
  got.length = 0
  const answers: unknown[] = []
  const ask = async (...request: Parameters<Started['api']>) => answers.push((await s.api(...request)).json)
  for (const suffix of ['01', '02', '05', '07', '09', '10', '11', '15', '16', '19'])
    await ask('POST', '/call', call(suffix, { variables: { name: `Person ${suffix}`, amount_due: 12 } }))
  await s.advance(11)
  for (let index = 0; index < 20; index += 1)
    await ask('POST', '/call', { agent_id: 'agent_survey', recipient_phone: `+4930123456${10 + index}` })
  await ask('PATCH', '/agents/agent_survey', { prompt: 'Be brief.' })
  await ask('POST', '/calls/batch', {
    agent_id: 'agent_reminder',
    recipients: [{ phone: '+12025550199' }, { phone: '+12025550198' }],
  })
  await s.advance(4 * 3600)
  await ask('GET', '/calls?limit=100')
  await ask('GET', '/agents')
  answers.push((await s.control('GET', '/deliveries')).json, (await s.control('GET', '/calls')).json)
  const webhooks = got.map(({ body, headers }) => [headers['x-movoice-signature'], body]).sort()
  return createHash('sha256')
    .update(JSON.stringify([answers, webhooks]))
    .digest('hex')
}

test('the same seed and the same requests give the same bytes, in another sandbox and after a reset', async () => {
  await using hook = await receiver((_received, nth) => (nth % 5 === 0 ? 500 : 200))
  const options: SandboxOptions = {
    publicUrl: 'http://sandbox.test',
    webhook: { url: hook.url, secret: 'whsec_1' },
  }
  await using one = await started(options)
  const first = await life(one, hook.got)
  await one.control('POST', '/reset')
  expect(await life(one, hook.got)).toBe(first)
  await using two = await started(options)
  expect(await life(two, hook.got)).toBe(first)
  await using other = await started({ ...options, seed: 2 })
  expect(await life(other, hook.got)).not.toBe(first)
})
