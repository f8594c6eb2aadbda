import { describe, expect, test } from 'vitest'
import { call, started } from '../testing/index.ts'

const START = 1_767_225_600

describe('a scheduled call', () => {
  test('is dialled at its time, and not before', async () => {
    await using s = await started()
    const { json } = await s.api('POST', '/call', call('01', { schedule_at: START + 3600 }))
    expect(json.status).toBe('scheduled')
    await s.advance(3599)
    expect((await s.control('GET', '/calls')).json.calls).toEqual([])
    await s.advance(1)
    expect((await s.control('GET', '/calls')).json.calls).toEqual([
      expect.objectContaining({ call_id: json.call_id, at: '2026-01-01T01:00:00.000Z' }),
    ])
    await s.advance(300)
    expect((await s.api('GET', `/calls/${json.call_id}`)).json).toMatchObject({
      status: 'completed',
      schedule_at: START + 3600,
    })
  })

  test('waits for a line when none is free', async () => {
    await using s = await started({ plan: '60x1' })
    await s.api('POST', '/call', call('01'))
    const { json } = await s.api('POST', '/call', call('01', { schedule_at: START + 5 }))
    await s.advance(10)
    expect((await s.api('GET', `/calls/${json.call_id}`)).json.status).toBe('scheduled')
    await s.advance(200)
    expect((await s.api('GET', `/calls/${json.call_id}`)).json.status).toBe('completed')
  })
})

describe('a batch', () => {
  const recipients = Array.from({ length: 10 }, (_, index) => ({
    phone: '+12025550101',
    variables: { name: `Person ${index}` },
  }))

  async function mostAtOnce(plan: string, concurrency?: number) {
    await using s = await started({ plan })
    const { json } = await s.api('POST', '/calls/batch', {
      agent_id: 'agent_clinic',
      recipients,
      concurrency,
    })
    expect(json).toMatchObject({ batch_id: expect.stringMatching(/^batch_/), status: 'initiated', total: 10 })
    let most = 0
    let ended = 0
    for (let second = 0; second < 1500 && ended < 10; second += 3) {
      await s.advance(3)
      const { calls } = (await s.api('GET', '/calls?limit=100')).json
      const count = (...wanted: string[]) =>
        calls.filter(({ status }: { status: string }) => wanted.includes(status)).length
      most = Math.max(most, count('initiated', 'active'))
      ended = count('completed', 'failed')
    }
    expect(ended).toBe(10)
    expect((await s.control('GET', '/calls')).json.calls).toHaveLength(10)
    return most
  }

  test('fans out into calls at the concurrency of the plan', async () => {
    expect(await mostAtOnce('60x3')).toBe(3)
  })

  test('fans out at a concurrency of its own', async () => {
    expect(await mostAtOnce('60x5', 2)).toBe(2)
  })

  test('is refused when it is larger than the plan allows', async () => {
    await using s = await started({ plan: 'starter' })
    const many = Array.from({ length: 51 }, () => ({ phone: '+12025550101' }))
    expect(await s.api('POST', '/calls/batch', { agent_id: 'agent_clinic', recipients: many })).toMatchObject(
      {
        status: 422,
        json: { error: { param: 'recipients' } },
      },
    )
  })

  test('starts at its time', async () => {
    await using s = await started()
    const { json } = await s.api('POST', '/calls/batch', {
      agent_id: 'agent_clinic',
      recipients,
      schedule_at: START + 60,
    })
    expect(json.status).toBe('scheduled')
    await s.advance(59)
    expect((await s.control('GET', '/calls')).json.calls).toHaveLength(0)
    await s.advance(1)
    expect((await s.control('GET', '/calls')).json.calls).toHaveLength(10)
  })
})

test('max_duration cuts a call off, and what was not said is not in the transcript', async () => {
  await using s = await started()
  const { json } = await s.api('POST', '/call', call('01', { max_duration: 10 }))
  await s.advance(60)
  const done = (await s.api('GET', `/calls/${json.call_id}`)).json
  expect(done).toMatchObject({ status: 'completed', duration: 10, outcome: null })
  expect(done.ended_at - done.started_at).toBe(10)
  expect(done.transcript.every(({ time }: { time: number }) => time < 10)).toBe(true)
  expect(done.summary).toContain('cut off')
})

test('the links of a call lead to its transcript and to a recording', async () => {
  await using s = await started()
  const { json } = await s.api('POST', '/call', call('01', { variables: { name: 'Ravi' } }))
  await s.advance(200)
  const done = (await s.api('GET', `/calls/${json.call_id}`)).json
  const transcript = (await (await fetch(done.transcript_url)).json()) as { turns: unknown }
  expect(transcript.turns).toEqual(done.transcript)
  const recording = await fetch(done.recording_url)
  const bytes = Buffer.from(await recording.arrayBuffer())
  expect(recording.headers.get('content-type')).toBe('audio/wav')
  expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 12)).toBe('RIFFWAVE')
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8)
  expect((await fetch(done.recording_url.replace(json.call_id, 'call_no'))).status).toBe(404)
})

test('what other numbers come to is drawn from the seed, and the outcome fits what is said', async () => {
  await using s = await started()
  for (let index = 0; index < 60; index += 1)
    await s.api('POST', '/call', { agent_id: 'agent_survey', recipient_phone: `+9198765${43000 + index}` })
  await s.advance(600)
  const { calls } = (await s.api('GET', '/calls?limit=100')).json
  const outcomes = new Set(
    calls.map(({ outcome, reason }: { outcome: string; reason: string }) => outcome ?? reason),
  )
  expect([...outcomes]).toEqual(expect.arrayContaining(['BOOKED', 'CALLBACK', 'REFUSED', 'NO_ANSWER']))
  for (const { outcome, summary } of calls) {
    if (outcome === 'BOOKED') expect(summary).toMatch(/book|appointment/)
    if (outcome === 'CALLBACK') expect(summary).toMatch(/call/)
    if (outcome === 'REFUSED') expect(summary).toMatch(/not interested|no appointment/)
  }
})

test('lists newest first, in pages, narrowed by status, agent and time', async () => {
  await using s = await started()
  for (let index = 0; index < 7; index += 1) {
    await s.api('POST', '/call', call(index % 2 === 0 ? '01' : '03'))
    await s.advance(100)
  }
  await s.api('POST', '/call', { ...call('01'), agent_id: 'agent_survey' })
  const first = (await s.api('GET', '/calls?limit=3')).json
  expect([first.calls.length, first.total, first.has_more]).toEqual([3, 8, true])
  expect(first.calls[0].agent_id).toBe('agent_survey')
  expect((await s.api('GET', '/calls?limit=3&offset=6')).json).toMatchObject({ total: 8, has_more: false })
  const total = async (query: string) => (await s.api('GET', `/calls?${query}`)).json.total
  expect(await total('status=failed')).toBe(3)
  expect(await total('status=initiated')).toBe(1)
  expect(await total('agent_id=agent_survey')).toBe(1)
  expect(await total(`from=${START + 100}&to=${START + 300}`)).toBe(3)
  expect(await total(`from=${START + 100}&to=${START + 300}&status=completed`)).toBe(1)
  expect(await total(`from=${START + 99_999}`)).toBe(0)
  expect((await s.api('GET', '/calls?offset=999')).json).toMatchObject({
    calls: [],
    total: 8,
    has_more: false,
  })
})
