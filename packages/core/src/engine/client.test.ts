import { describe, expect, it } from 'vitest'
import { documentedErrors } from '../contract/errors.ts'
import { created, type Step, scripted } from '../testing/scripted.ts'
import {
  ConflictError,
  ForbiddenError,
  InvalidRequestError,
  isMovoiceError,
  type MovoiceError,
  NotFoundError,
  RateLimitedError,
  ServerError,
  UnauthorizedError,
  UnexpectedResponseError,
  UnprocessableError,
  ValidationError,
} from './errors.ts'
import { TransportFailure } from './transport.ts'

const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }

async function failureOf(work: PromiseLike<unknown>): Promise<MovoiceError> {
  try {
    await work
  } catch (error) {
    if (isMovoiceError(error)) return error
    throw error
  }
  throw new Error('It did not fail.')
}

describe('placing a call', () => {
  it('sends what the contract says, and reads what comes back', async () => {
    const { movoice, clock, requests } = scripted([{ status: 200, json: { ...created, new_field: 1 } }])
    const call = await clock.run(movoice.calls.create({ ...input, variables: { name: 'Asha' } }))
    expect(call).toMatchObject({ call_id: 'call_1', status: 'initiated', new_field: 1 })
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ method: 'POST', url: 'https://api.movoice.ai/v1/call' })
    expect(requests[0]?.headers.authorization).toMatch(/^Bearer sk_test_/)
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ ...input, variables: { name: 'Asha' } })
    expect(clock.sleeping).toBe(0)
  })

  it('names every wrong field before anything is sent', async () => {
    const { movoice, requests } = scripted([])
    const wrong = {
      recipient_phone: '98765',
      max_duration: 1.5,
      schedule_at: 1_767_225_600_000,
      colour: 'red',
    }
    const error = await failureOf(movoice.calls.create(wrong as never))
    expect(error).toBeInstanceOf(ValidationError)
    expect((error as ValidationError).problems.map(({ path }) => path).sort()).toEqual([
      'agent_id',
      'colour',
      'max_duration',
      'recipient_phone',
      'schedule_at',
    ])
    expect(error.message).toContain('agent_id is missing')
    expect(error.message).toContain('milliseconds')
    expect(error.sent).toBe('no')
    expect(requests).toHaveLength(0)
  })

  const unsent: [string, TransportFailure][] = [
    ['a refused connection', new TransportFailure('connect', 'no', 'ECONNREFUSED')],
    ['a failed look-up', new TransportFailure('dns', 'no', 'ENOTFOUND')],
  ]
  it.each(unsent)('sends again after %s, as nothing was sent', async (_name, failure) => {
    const { movoice, clock, requests } = scripted([failure, failure, { status: 200, json: created }])
    await expect(clock.run(movoice.calls.create(input))).resolves.toMatchObject({ call_id: 'call_1' })
    expect(requests).toHaveLength(3)
  })

  it('gives up after maxRetries and says that nothing was sent', async () => {
    const refused = new TransportFailure('connect', 'no', 'ECONNREFUSED')
    const { movoice, clock, requests } = scripted([refused, refused, refused])
    const error = await clock.run(failureOf(movoice.calls.create(input)))
    expect(error).toMatchObject({ code: 'connect_failed', sent: 'no', attempts: 3 })
    expect(requests).toHaveLength(3)
  })

  it('does not retry a certificate that is not trusted', async () => {
    const { movoice, clock, requests } = scripted([new TransportFailure('tls', 'no', 'CERT_HAS_EXPIRED')])
    expect(await clock.run(failureOf(movoice.calls.create(input)))).toMatchObject({
      code: 'tls_failed',
      sent: 'no',
    })
    expect(requests).toHaveLength(1)
  })

  const html = { status: 200, body: '<html>ok</html>', headers: { 'content-type': 'text/html' } }
  const ambiguous: [string, Step, string][] = [
    ['500', { status: 500, json: { error: { code: 'server_error', message: 'oops' } } }, 'server_error'],
    ['502 with a page', { status: 502, body: '<html>bad gateway</html>' }, 'http_502'],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '1' } }, 'http_503'],
    ['a reset', new TransportFailure('reset', 'maybe', 'ECONNRESET'), 'connection_lost'],
    ['silence', 'hangs', 'timeout'],
    ['HTML with 200', html, 'answer_unreadable'],
    ['truncated JSON', { status: 200, body: '{"call_id":"call_1","sta' }, 'answer_unreadable'],
    ['an empty 200', { status: 200, body: '' }, 'answer_unreadable'],
    ['a list instead of a call', { status: 200, json: [] }, 'answer_invalid'],
  ]
  it.each(ambiguous)('never sends again after %s', async (_name, step, code) => {
    const { movoice, clock, requests } = scripted([step])
    const error = await clock.run(failureOf(movoice.calls.create(input, { reconcile: false })))
    expect(error).toMatchObject({ code, sent: 'maybe', attempts: 1 })
    expect(error.hint).toMatch(/may have rung/)
    expect(requests).toHaveLength(1)
  })

  it('keeps the id of a call whose answer lacks a promised field', async () => {
    const { movoice, clock } = scripted([{ status: 200, json: { call_id: 'call_9', status: 'initiated' } }])
    const error = await clock.run(failureOf(movoice.calls.create(input)))
    expect(error).toBeInstanceOf(UnexpectedResponseError)
    expect(error).toMatchObject({ callId: 'call_9', sent: 'yes' })
    expect(error.message).toContain('agent_id is missing')
    expect(error.hint).toContain('call_9')
  })
})

describe('a 429', () => {
  const busy = (after: string): Step => ({ status: 429, headers: { 'retry-after': after } })

  it('is waited out as long as it asks, also for a call', async () => {
    const { movoice, clock, requests } = scripted([busy('7'), { status: 200, json: created }])
    const before = clock.now()
    await clock.run(movoice.calls.create(input))
    expect(clock.now() - before).toBeGreaterThanOrEqual(7_000)
    expect(requests).toHaveLength(2)
  })

  it('that asks for more than maxRetryWaitMs is thrown at once', async () => {
    const { movoice, clock } = scripted([busy('3600')])
    const before = clock.now()
    const error = await clock.run(failureOf(movoice.calls.create(input)))
    expect(error).toBeInstanceOf(RateLimitedError)
    expect(error.retryAfterMs).toBe(3_600_000)
    expect(clock.now()).toBe(before)
  })
})

describe('every documented error', () => {
  const classes = {
    400: InvalidRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableError,
    429: RateLimitedError,
    500: ServerError,
  }
  it.each(Object.entries(documentedErrors))('%s has its class, code and a hint', async (status, { code }) => {
    const step: Step = {
      status: Number(status),
      json: { error: { code, message: 'said so', param: 'agent_id' } },
      headers: { 'x-request-id': 'req_1' },
    }
    const { movoice, clock } = scripted([step], { maxRetries: 0 })
    const error = await clock.run(failureOf(movoice.agents.get('agent_a')))
    expect(error).toBeInstanceOf(classes[Number(status) as keyof typeof classes])
    expect(error).toMatchObject({
      code,
      status: Number(status),
      param: 'agent_id',
      requestId: 'req_1',
      sent: 'yes',
    })
    expect(error.hint).not.toBe('')
    expect(error.message).toContain('said so')
  })

  it('can come without its body', async () => {
    const { movoice, clock } = scripted([{ status: 404, body: '<html>nothing here</html>' }])
    const error = await clock.run(failureOf(movoice.calls.get('call_1')))
    expect(error).toMatchObject({ code: 'not_found', status: 404 })
    expect(error.message).toContain('HTML')
  })

  it('is not sent again when it is a conflict', async () => {
    const { movoice, clock, requests } = scripted([{ status: 409 }])
    const work = failureOf(movoice.calls.create(input, { reconcile: false }))
    expect(await clock.run(work)).toBeInstanceOf(ConflictError)
    expect(requests).toHaveLength(1)
  })
})

describe('reading', () => {
  it('is sent again after a fault that may pass', async () => {
    const { movoice, clock, requests } = scripted([
      { status: 503 },
      new TransportFailure('reset', 'maybe', 'ECONNRESET'),
      { status: 200, json: { call_id: 'call_1', status: 'shiny_new_status' } },
    ])
    const call = await clock.run(movoice.calls.get('call_1'))
    expect(call.status).toBe('shiny_new_status')
    expect(requests).toHaveLength(3)
  })

  it('does not follow a redirect', async () => {
    const { movoice, clock, requests } = scripted([
      { status: 302, headers: { location: 'https://elsewhere.example' } },
    ])
    expect(await clock.run(failureOf(movoice.agents.get('agent_a')))).toMatchObject({ code: 'redirected' })
    expect(requests).toHaveLength(1)
  })

  it.each(['calls', 'data', 'items', 'results', null])('accepts a list under %s', async (key) => {
    const rows = [{ call_id: 'call_1', status: 'completed' }]
    const { movoice, clock } = scripted([{ status: 200, json: key === null ? rows : { [key]: rows } }])
    const page = await clock.run(Promise.resolve(movoice.calls.list()))
    expect(page.items).toMatchObject(rows)
  })

  it('changes an agent and passes unknown fields on', async () => {
    const { movoice, clock, requests } = scripted([{ status: 200, json: { id: 'agent_a', prompt: 'Hi' } }])
    const agent = await clock.run(movoice.agents.update('agent_a', { prompt: 'Hi', temperature: 0.2 }))
    expect(agent.agent_id).toBe('agent_a')
    expect(requests[0]).toMatchObject({ method: 'PATCH', url: 'https://api.movoice.ai/v1/agents/agent_a' })
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ prompt: 'Hi', temperature: 0.2 })
  })

  it('writes ids into a path so that they cannot leave it', async () => {
    const { movoice, clock, requests } = scripted([{ status: 404 }])
    await clock.run(failureOf(movoice.calls.get('../agents?x=1#y')))
    expect(requests[0]?.url).toBe('https://api.movoice.ai/v1/calls/..%2Fagents%3Fx%3D1%23y')
    await expect(movoice.calls.get('..')).rejects.toThrow(ValidationError)
  })
})

describe('time', () => {
  it('ends a hanging attempt at timeoutMs, an operation at deadlineMs', async () => {
    const hangs: Step[] = ['hangs', 'hangs', 'hangs', 'hangs']
    const { movoice, clock, requests } = scripted(hangs, {
      timeoutMs: 10_000,
      deadlineMs: 25_000,
      maxRetries: 5,
    })
    const before = clock.now()
    const error = await clock.run(failureOf(movoice.calls.get('call_1')))
    expect(error.code).toBe('timeout')
    expect(clock.now() - before).toBeLessThanOrEqual(25_000)
    expect(requests).toHaveLength(3)
  })

  it('sends nothing after the deadline, even if the pause before was longer than it should have been', async () => {
    const { movoice, clock, requests } = scripted([new TransportFailure('connect', 'no', 'ECONNREFUSED')], {
      deadlineMs: 10_000,
    })
    const sleep = clock.sleep.bind(clock)
    // A machine that was asleep, say: a pause of less than a second takes a minute.
    clock.sleep = (ms, signal) => sleep(ms < 1_000 ? 60_000 : ms, signal)
    const error = await clock.run(failureOf(movoice.calls.create(input)))
    expect(error).toMatchObject({ code: 'connect_failed', sent: 'no', attempts: 1 })
    expect(requests).toHaveLength(1)
  })

  it('obeys an abort while it waits, and leaves nothing running', async () => {
    const { movoice, clock, requests } = scripted([{ status: 429, headers: { 'retry-after': '50' } }])
    const controller = new AbortController()
    const work = failureOf(movoice.calls.create(input, { signal: controller.signal }))
    await clock.advance(1_000)
    controller.abort()
    const error = await work
    expect(error).toMatchObject({ code: 'aborted', sent: 'no' })
    expect(requests).toHaveLength(1)
    expect(clock.sleeping).toBe(0)
  })

  it('obeys an abort while the request is under way, and says that it may have arrived', async () => {
    const { movoice, clock } = scripted(['hangs'])
    const controller = new AbortController()
    const work = failureOf(movoice.calls.create(input, { signal: controller.signal }))
    await clock.advance(1_000)
    controller.abort()
    expect(await work).toMatchObject({ code: 'aborted', sent: 'maybe' })
    expect(clock.sleeping).toBe(0)
  })

  it('sends nothing when it is aborted before', async () => {
    const { movoice, requests } = scripted([])
    expect(await failureOf(movoice.calls.create(input, { signal: AbortSignal.abort() }))).toMatchObject({
      sent: 'no',
    })
    expect(requests).toHaveLength(0)
  })
})

describe('the configuration', () => {
  const wrong: [string, object, string][] = [
    ['no key', { apiKey: undefined }, 'MOVOICE_API_KEY'],
    ['an empty key', { apiKey: '  ' }, 'MOVOICE_API_KEY'],
    ['a key with a line break', { apiKey: 'sk_a\nsk_b' }, 'line breaks'],
    ['a base URL that is none', { baseUrl: 'api.movoice.ai' }, 'baseUrl'],
    ['a base URL with a user', { baseUrl: 'https://u:p@api.movoice.ai' }, 'baseUrl'],
    ['a timeout below zero', { timeoutMs: -1 }, 'timeoutMs'],
  ]
  it.each(wrong)('%s is refused with a sentence', (_name, options, says) => {
    expect(() => scripted([], options)).toThrow(ValidationError)
    expect(() => scripted([], options)).toThrow(says)
    expect(() => scripted([], options)).not.toThrow(/sk_a/)
  })
})
