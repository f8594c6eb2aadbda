import { afterEach, expect, test } from 'vitest'
import { completed, Stage } from '../testing/start.ts'
import { until } from '../testing/until.ts'

const stage = new Stage()
afterEach(() => stage.end())

test('an endpoint where nobody listens is a failed attempt, not the end of the server', async () => {
  const receiver = await stage.receiver()
  const { url } = receiver
  await receiver.close()
  const running = await stage.hooks()
  await running.client.subscribe({ target_url: url, event: '*' })
  await running.webhook(completed('call_1'))
  await until(async () => (await running.client.deliveries()).deliveries[0]?.attempts === 1)
  const [delivery] = (await running.client.deliveries()).deliveries
  expect(delivery).toMatchObject({ status: 'pending', last_status: null })
  expect(delivery?.last_error).toMatch(/refused/i)
  expect((await fetch(`${running.hooks.url}/readyz`)).status).toBe(200)
})
