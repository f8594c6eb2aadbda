import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { verifyWebhook } from '@movoice-kit/core/events'
import { describe, expect, test } from 'vitest'
import { runCli } from '../testing/run-cli.ts'

describe('movoice trigger', () => {
  test('sends what Movoice would, and the receiver can verify it', async () => {
    const got: string[] = []
    const server = createServer(async (request, response) => {
      const body = await text(request)
      try {
        verifyWebhook(body, request.headers, 'the-secret')
        got.push(body)
        response.writeHead(204).end()
      } catch {
        response.writeHead(401).end()
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    const override = ['--override', 'reason=busy', '--override', 'tries=3', '--remove', 'timestamp']
    const good = await runCli(['trigger', 'call.failed', '--to', url, '--secret', 'the-secret', ...override])
    expect(good).toMatchObject({
      code: 0,
      err: '',
      out: `${url} answered 204 to call.failed of call_3d9q7.\n`,
    })
    expect(JSON.parse(got[0] ?? '')).toEqual({
      event_type: 'call.failed',
      call_id: 'call_3d9q7',
      reason: 'busy',
      recipient_phone: '+12025550102',
      tries: 3,
    })
    const bad = await runCli(['trigger', 'call.failed', '--to', url, '--secret', 'another'])
    expect(bad).toMatchObject({ code: 1, out: '' })
    expect(bad.err).toMatch(/answered 401.*Is the secret the one/)
    await new Promise((resolve) => server.close(resolve))
    const gone = await runCli(['trigger', 'call.failed', '--to', url, '--secret', 'the-secret'])
    expect(gone.err).toMatch(/did not answer \(\w+\)\. Is something listening there\?\n$/)
  })

  test('adds fields, and reaches into others', async () => {
    const argv = ['trigger', 'action.triggered', '--to', 'http://127.0.0.1:9/', '--secret', 's', '--print']
    const changes = [
      '--add',
      'tenant=7',
      '--override',
      'parameters.day=Tuesday',
      '--remove',
      'parameters.time',
    ]
    const { code, out } = await runCli([...argv, ...changes])
    expect(code).toBe(0)
    expect(JSON.parse(out.split('\n').at(-2) ?? '')).toEqual({
      event_type: 'action.triggered',
      call_id: 'call_8f2k1',
      action_name: 'book_appointment',
      parameters: { day: 'Tuesday' },
      tenant: 7,
    })
    const twice = await runCli([...argv, '--add', 'action_name=x'])
    expect(twice).toMatchObject({ code: 2, out: '' })
    const nowhere = await runCli([...argv, '--override', 'call_id.x=1'])
    expect(nowhere.err).toMatch(/^--override names a part of call_id, which is no object here/)
    // The sample that everybody shares is as it was.
    expect((await runCli(argv)).out).toContain('"time":"10:00"')
  })
})
