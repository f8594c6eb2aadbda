import { afterEach, describe, expect, test } from 'vitest'
import { CONFIRM_WITHIN_MS } from './confirm/pending.ts'
import { type Called, call, type Era, hasty, Stage } from './testing/stage.ts'

const eras: readonly Era[] = ['modern', 'legacy']
const input = { agent_id: 'agent_clinic', recipient_phone: '+12025550101', variables: { name: 'Asha', n: 1 } }

let stage: Stage
afterEach(() => stage.end())

const tokenOf = ({ structured }: Called): string => (structured.confirmation as { token: string }).token
const errorOf = ({ structured }: Called): unknown => (structured.error as { code: string } | undefined)?.code

/** A server whose time the test moves on. */
async function withClock() {
  let ahead = 0
  const clock = {
    now: () => Date.now() + ahead,
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 20))),
  }
  stage = await Stage.begin({ clock })
  return (ms: number) => {
    ahead += ms
  }
}

describe.each(eras)('a token, in the %s protocol,', (era) => {
  test('is good once: confirmed again it tells the same call, and no phone rings', async () => {
    stage = await Stage.begin()
    const { client } = await stage.client('cannot_ask', era)
    const token = tokenOf(await call(client, 'place_call', input))
    expect(stage.rings).toBe(0)
    const first = await call(client, 'confirm_action', { token })
    const again = await call(client, 'confirm_action', { token })
    expect(first.structured).toMatchObject({ state: 'placed' })
    expect(again.structured).toMatchObject({
      ...first.structured,
      repeated: true,
      message: expect.any(String),
    })
    expect(again.text).toContain('nothing was done again')
    expect(stage.rings).toBe(1)
  })

  test('confirmed by twenty at the same moment rings once, and all get the one call', async () => {
    stage = await Stage.begin()
    const { client } = await stage.client('cannot_ask', era)
    const other = await stage.client('cannot_ask', era)
    const token = tokenOf(await call(client, 'place_call', input))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_none, n) =>
        call(n % 2 === 0 ? client : other.client, 'confirm_action', { token }),
      ),
    )
    expect(stage.rings).toBe(1)
    const ids = answers.map(({ structured }) => (structured.call as { call_id: string }).call_id)
    expect(new Set(ids).size).toBe(1)
    expect(answers.filter(({ structured }) => structured.repeated !== true)).toHaveLength(1)
  })

  test('is worth nothing after five minutes', async () => {
    const pass = await withClock()
    const { client } = await stage.client('cannot_ask', era)
    const token = tokenOf(await call(client, 'place_call', input))
    pass(CONFIRM_WITHIN_MS + 1)
    const late = await call(client, 'confirm_action', { token })
    expect(late).toMatchObject({ isError: true, structured: { state: 'not_done' } })
    expect(errorOf(late)).toBe('confirmation_invalid')
    expect(stage.rings).toBe(0)
  })

  test('that nobody made does nothing, and neither does one from before a restart', async () => {
    stage = await Stage.begin()
    const { client } = await stage.client('cannot_ask', era)
    const token = tokenOf(await call(client, 'place_call', input))
    const { sandbox } = stage
    const next = await Stage.begin({ movoice: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl } })
    const { client: later } = await next.client('cannot_ask', era)
    for (const guess of [token, 'confirm_AAAA', ` ${token}`]) {
      const answer = await call(later, 'confirm_action', { token: guess })
      expect(errorOf(answer)).toBe('confirmation_invalid')
    }
    expect(stage.rings).toBe(0)
    await next.end()
  })
})

describe('what a client of 2026 sends again', () => {
  interface Sent {
    readonly url: string
    readonly init: RequestInit
  }

  /** Places a call that its user says yes to, and gives what the client sent with the yes. */
  async function confirmedOnce(): Promise<Sent> {
    stage = await Stage.begin()
    const sent: Sent[] = []
    const { client } = await stage.client('accepts', 'modern', async (url, init) => {
      if (String(init?.body).includes('"inputResponses"')) sent.push({ url: String(url), init: init ?? {} })
      return fetch(url, init)
    })
    await call(client, 'place_call', input)
    const [answer] = sent
    if (answer === undefined) throw new Error('The client sent no answer.')
    return answer
  }

  async function send({ url, init }: Sent, body: string) {
    const { signal: _over, ...rest } = init
    const response = await fetch(url, { ...rest, body })
    const text = await response.text()
    const json = text.startsWith('{') ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? '{}')
    return JSON.parse(json) as { result: { structuredContent: Record<string, unknown> } }
  }

  test('with the same answer rings once', async () => {
    const answer = await confirmedOnce()
    expect(stage.rings).toBe(1)
    const { result } = await send(answer, String(answer.init.body))
    expect(result.structuredContent).toMatchObject({ state: 'placed', repeated: true })
    expect(stage.rings).toBe(1)
  })

  test('with the same answer for another number rings nobody', async () => {
    const answer = await confirmedOnce()
    const other = String(answer.init.body).replaceAll('+12025550101', '+12025550102')
    const { result } = await send(answer, other)
    expect(result.structuredContent).toMatchObject({
      state: 'not_done',
      error: { code: 'confirmation_mismatch' },
    })
    expect(stage.rings).toBe(1)
  })

  test('with a yes that nobody was asked for is asked', async () => {
    const answer = await confirmedOnce()
    const body = JSON.parse(String(answer.init.body)) as { params: Record<string, unknown> }
    const { requestState: _token, ...params } = body.params
    const forged = await send(answer, JSON.stringify({ ...body, params }))
    expect(forged.result).toMatchObject({ resultType: 'input_required' })
    const guessed = await send(
      answer,
      JSON.stringify({ ...body, params: { ...params, requestState: 'confirm_guess' } }),
    )
    expect(guessed.result.structuredContent).toMatchObject({ error: { code: 'confirmation_invalid' } })
    expect(stage.rings).toBe(1)
  })

  test('the token of a question to the user is none for the assistant', async () => {
    stage = await Stage.begin()
    const tokens: string[] = []
    const { client } = await stage.client('cancels', 'modern', async (url, init) => {
      const response = await fetch(url, init)
      const text = await response.clone().text()
      const found = /"requestState":"([^"]+)"/.exec(text)?.[1]
      if (found !== undefined) tokens.push(found)
      return response
    })
    await call(client, 'place_call', input)
    expect(tokens).toHaveLength(1)
    expect(errorOf(await call(client, 'confirm_action', { token: tokens[0] }))).toBe('confirmation_invalid')
    expect(stage.rings).toBe(0)
  })
})

test('what an earlier process placed, killed before it could tell, is told before the number is called again', async () => {
  stage = await Stage.begin({ clock: hasty })
  const { client } = await stage.client('accepts', 'modern')
  const placed = await call(client, 'place_call', input)
  const { call_id } = placed.structured.call as { call_id: string }
  const { sandbox } = stage
  const next = await Stage.begin({ movoice: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl } })
  const later = await next.client('cancels', 'modern')
  await call(later.client, 'place_call', input)
  const many = [{ phone: input.recipient_phone }, { phone: '+12025550102' }]
  await call(later.client, 'create_batch', { agent_id: input.agent_id, recipients: many })
  expect(later.asked[0]?.message).toMatch(
    new RegExp(`was called \\d+ min ago \\(${call_id}\\). They would be`),
  )
  expect(later.asked[1]?.message).toContain('1 of them was called lately.')
  // Without the list it asks all the same.
  sandbox.fault({ path: '/v1/calls', times: 20, kind: 'status', status: 401 })
  await call(later.client, 'place_call', input)
  expect(later.asked).toHaveLength(3)
  expect(stage.rings).toBe(1)
  await next.end()
})

describe('an answer that is lost', () => {
  test.each([
    ['+12025550112', 'the call is placed and 500 is answered'],
    ['+12025550113', 'the call is placed and the connection is reset'],
    ['+12025550118', 'the call is placed and HTML is answered'],
  ])('%s: %s, and the call is found', async (recipient_phone) => {
    stage = await Stage.begin({ clock: hasty })
    const { client } = await stage.client('accepts', 'modern')
    const answer = await call(client, 'place_call', { ...input, recipient_phone })
    expect(answer.structured.state).toBe('placed')
    expect(answer.text).toContain('found in the list of calls')
    expect(stage.rings).toBe(1)
  })

  test('and cannot be looked up is told as a call that may have been placed, and not placed again', async () => {
    stage = await Stage.begin({ clock: hasty })
    const { client } = await stage.client('cannot_ask', 'modern')
    const recipient_phone = '+12025550113'
    const token = tokenOf(await call(client, 'place_call', { ...input, recipient_phone }))
    stage.sandbox.fault({ path: '/v1/calls', times: 50, kind: 'status', status: 403 })
    const answer = await call(client, 'confirm_action', { token })
    expect(answer.structured.state).toBe('may_have_been_placed')
    expect(answer.isError).toBe(true)
    expect(answer.text).toContain('The phone may have rung'.toLowerCase())
    const again = await call(client, 'confirm_action', { token })
    expect(again.structured).toMatchObject({ state: 'may_have_been_placed', repeated: true })
    expect(stage.rings).toBe(1)
    // What may have rung keeps its place, and the next question says so.
    const next = await call(client, 'place_call', { ...input, recipient_phone })
    expect(next.text).toContain('They would be rung again.')
  })
})

describe('a call that its client cancels', () => {
  test.each(eras)('while it is asked about rings nobody (%s)', async (era) => {
    stage = await Stage.begin()
    const { client } = await stage.client('cannot_ask', era)
    const token = tokenOf(await call(client, 'place_call', input))
    const stop = new AbortController()
    stop.abort()
    await expect(call(client, 'confirm_action', { token }, { signal: stop.signal })).rejects.toThrow()
    expect(stage.rings).toBe(0)
  })

  test.each(eras)('after it has left is finished, and can be asked for (%s)', async (era) => {
    stage = await Stage.begin({}, { speed: 1 })
    const { client } = await stage.client('cannot_ask', era)
    const token = tokenOf(await call(client, 'place_call', input))
    stage.sandbox.fault({ path: '/v1/call', times: 1, kind: 'delay', seconds: 0.4 })
    const stop = new AbortController()
    const cancelled = call(client, 'confirm_action', { token }, { signal: stop.signal })
    setTimeout(() => stop.abort(), 150)
    await expect(cancelled).rejects.toThrow()
    const answer = await call(client, 'confirm_action', { token })
    expect(answer.structured).toMatchObject({ state: 'placed', repeated: true })
    expect(stage.rings).toBe(1)
    expect(stage.log.filter((line) => line.includes('"placed"'))).toHaveLength(1)
  })
})
