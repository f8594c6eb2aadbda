import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValidationError } from '../engine/errors.ts'
import { callEventKeys, completeCallEvent, parseWebhook, toCallEvent } from './index.ts'

const call = {
  call_id: 'call_1',
  status: 'completed',
  agent_id: 'agent_a',
  recipient_phone: '+12025550101',
  created_at: 1_767_225_600,
  duration: 42,
  summary: 'Booked.',
  sentiment: 'positive',
  outcome: 'BOOKED',
  transcript: [{ role: 'agent', text: 'Hello' }],
}

describe('one happening, told twice', () => {
  it('has the same id and keys from the webhook and from the call', () => {
    const webhook = parseWebhook({
      event_type: 'call.completed',
      call_id: 'call_1',
      duration: 42,
      summary: 'Booked.',
      outcome: 'BOOKED',
    })
    const told = toCallEvent(webhook)
    const swept = toCallEvent(call, { agent_id: 'agent_a', name: 'Clinic' })
    expect(told.id).toBe('call_1:call.completed')
    expect(swept.id).toBe(told.id)
    expect(Object.keys(told)).toEqual(callEventKeys)
    expect(Object.keys(swept)).toEqual(callEventKeys)
    const full = completeCallEvent(told, call)
    expect(full).toMatchObject({
      recipient_phone: '+12025550101',
      transcript: 'agent: Hello',
      source: 'webhook',
    })
  })

  it('has another id when an action is triggered with other content, and the same whatever the order of keys', () => {
    const action = (parameters: object) =>
      toCallEvent(
        parseWebhook({ event_type: 'action.triggered', call_id: 'c', action_name: 'book', parameters }),
      ).id
    expect(action({ day: 1, hour: 2 })).toBe(action({ hour: 2, day: 1 }))
    expect(action({ day: 1 })).not.toBe(action({ day: 2 }))
  })
})

describe('any webhook', () => {
  const types = [
    'call.started',
    'call.completed',
    'call.failed',
    'action.triggered',
    'transfer.initiated',
    'call.new_kind',
  ]
  const fields = fc.dictionary(
    fc.constantFrom(
      'call_id',
      'duration',
      'summary',
      'reason',
      'timestamp',
      'parameters',
      'transcript',
      'x',
      '__proto__',
    ),
    fc.jsonValue({ maxDepth: 2 }),
  )

  it('becomes an event with all keys, or is refused with the fields that are wrong', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fields, (event_type, rest) => {
        const text = JSON.stringify({ ...rest, event_type })
        let webhook: ReturnType<typeof parseWebhook>
        try {
          webhook = parseWebhook(Buffer.from(text))
        } catch (error) {
          expect(error).toBeInstanceOf(ValidationError)
          expect((error as ValidationError).problems.length).toBeGreaterThan(0)
          return
        }
        const event = toCallEvent(webhook)
        expect(Object.keys(event)).toEqual(callEventKeys)
        expect(event.type).toBe(event_type)
        expect(toCallEvent(parseWebhook(text))).toEqual(event)
      }),
    )
  })

  it('that is no JSON object is refused without quoting it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array()), (body) => {
        try {
          parseWebhook(body)
        } catch (error) {
          expect(error).toBeInstanceOf(ValidationError)
        }
      }),
    )
    expect(() => parseWebhook('{"phone":"+12025550101"')).toThrow(/not valid JSON/)
    expect(() => parseWebhook('{"phone":"+12025550101"')).not.toThrow(/2025550101/)
    expect(() => parseWebhook('[]')).toThrow(/must be a JSON object/)
    expect(() => parseWebhook('{}')).toThrow(/event_type is missing/)
  })
})
