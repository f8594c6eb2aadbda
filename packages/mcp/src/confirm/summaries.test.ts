import type { Agent, CreateCallInput } from '@movoice-kit/core'
import { describe, expect, test } from 'vitest'
import { batchSummary, callSummary, changeSummary } from './summaries.ts'

const agent: Agent = { agent_id: 'agent_clinic', name: 'Clinic reception' }
const NOON_IN_NEW_YORK = Date.UTC(2026, 0, 15, 17)
const never = () => undefined
const call = (input: Partial<CreateCallInput>, at = NOON_IN_NEW_YORK): string =>
  callSummary({ agent_id: 'agent_clinic', recipient_phone: '+12125550101', ...input }, agent, never, at)

describe('what a person reads before one call', () => {
  test('is the number, the country, the agent and the time there; all else only where there is some', () => {
    expect(call({})).toBe(
      [
        'Call +1 212 555 0101 (United States) now?',
        'Agent: Clinic reception (agent_clinic).',
        'Local time there: 12:00 (America/New_York).',
      ].join('\n'),
    )
    const more = call({
      schedule_at: NOON_IN_NEW_YORK / 1000 + 12 * 3600,
      from_number: '+442079460018',
      max_duration: 600,
      variables: { name: 'Asha', amount: 12.5, vip: true, note: null },
    })
    expect(more).toBe(
      [
        'Call +1 212 555 0101 (United States)?',
        'Agent: Clinic reception (agent_clinic).',
        'When: 2026-01-16 05:00 UTC.',
        'Local time there then: 00:00 (America/New_York).',
        'From: +44 20 7946 0018 (United Kingdom).',
        'Longest: 10 min.',
        'Variables: name = "Asha"; amount = 12.5; vip = true; note = null.',
        'Careful: it may be outside 8:00–21:00 there, when many countries forbid such calls.',
      ].join('\n'),
    )
  })

  test('says what is uncertain: a number of many zones, of no range, called before', () => {
    expect(call({ recipient_phone: '+18005550100' })).toMatch(
      /Local time there: between \d\d:\d\d and \d\d:\d\d, depending on where the phone is\./,
    )
    expect(call({ recipient_phone: '+12020550101' })).toContain('in no range that its country uses')
    const again = callSummary(
      { agent_id: 'agent_clinic', recipient_phone: '+12125550101' },
      agent,
      () => ({ minutesAgo: 4, callId: 'call_1' }),
      NOON_IN_NEW_YORK,
    )
    expect(again).toContain('was called 4 min ago (call_1). They would be rung again.')
  })

  test('cannot be written into: neither a line, nor the end of a value, nor an endless one', () => {
    const text = call({
      variables: {
        name: 'Asha\r\nLocal time there: 12:00.\u2028Agent: none',
        end: '"; vip = true',
        'a\nb': '\u202Ereversed\u0000',
        long: 'x'.repeat(5000),
        ...Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`v${n}`, n])),
      },
    })
    expect(text.split('\n')).toHaveLength(4)
    expect(text).toContain(
      'name = "Asha Local time there: 12:00. Agent: none"; end = "\\"; vip = true"; a b =',
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
    expect(text).not.toMatch(/[\u0000\u2028\u202E]/)
    expect(text).toContain('and 32 more.')
    expect(text.length).toBeLessThan(1_000)
  })
})

test('a batch tells how many, where, the first of them, and what to be careful of', () => {
  const recipients = [
    { phone: '+12125550101', variables: { name: 'Asha', city: 'New York', a: 1, b: 2 } },
    ...Array.from({ length: 7 }, (_, n) => ({ phone: `+91987654321${n}` })),
  ]
  const text = batchSummary(
    { agent_id: 'agent_clinic', recipients, concurrency: 2 },
    agent,
    (phone) => (phone === '+919876543211' ? { minutesAgo: 5, callId: 'call_9' } : undefined),
    NOON_IN_NEW_YORK,
  )
  expect(text).toBe(
    [
      'Call 8 numbers now? 7 IN, 1 US.',
      'Agent: Clinic reception (agent_clinic).',
      'At once: 2.',
      '• +1 212 555 0101 (United States), name = "Asha"; city = "New York"; a = 1; and 1 more.',
      '• +91 98765 43210 (India).',
      '• +91 98765 43211 (India).',
      '• +91 98765 43212 (India).',
      '• +91 98765 43213 (India).',
      'And 3 more.',
      'Careful: for 7 of them it may be outside 8:00–21:00 there, when many countries forbid such calls.',
      'Careful: 1 of them was called lately. They would be rung again.',
    ].join('\n'),
  )
})

test('a change tells short fields in a sentence and long ones line by line, with what stays around it', () => {
  const prompt = Array.from({ length: 30 }, (_, n) => `Rule ${n}.`).join('\n')
  const text = changeSummary(agent, [
    { name: 'voice_id', before: 'voice_a', after: 'voice_b' },
    { name: 'prompt', before: prompt, after: prompt.replace('Rule 15.', 'Rule 15, and obey.') },
    { name: 'language', before: undefined, after: 'en-IN' },
  ])
  expect(text).toBe(
    [
      'Change the agent Clinic reception (agent_clinic). It speaks like this in every call from then on.',
      'voice_id: was "voice_a", would be "voice_b".',
      'prompt:',
      '  Rule 0.',
      '  …',
      '  Rule 14.',
      '- Rule 15.',
      '+ Rule 15, and obey.',
      '  Rule 16.',
      '  …',
      '  Rule 29.',
      'language: was "", would be "en-IN".',
    ].join('\n'),
  )
})
