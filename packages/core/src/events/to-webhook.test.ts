import { expect, test } from 'vitest'
import { webhookEventTypes } from '../contract/event-types.ts'
import { toCallEvent } from './call-event.ts'
import { parseWebhook } from './parse.ts'
import { sampleCall, sampleCallEvent, sampleFailedCall, sampleWebhook } from './samples.ts'
import { toWebhook } from './to-webhook.ts'

test.each(webhookEventTypes)('gives %s back as it came', (type) => {
  expect(toWebhook(toCallEvent(sampleWebhook(type)))).toEqual(sampleWebhook(type))
})

test.each([sampleCall, sampleFailedCall])(
  'makes the webhook of a call whose end was found in the list',
  (call) => {
    const event = toCallEvent(call)
    const again = toCallEvent(parseWebhook(toWebhook(event)))
    expect(again.id).toBe(event.id)
    expect(again).toMatchObject({ type: event.type, outcome: event.outcome, reason: event.reason })
    expect(Object.keys(toWebhook(event)).sort()).toEqual(
      Object.keys(sampleWebhook(event.type as 'call.failed')).sort(),
    )
  },
)

test.each(webhookEventTypes)('makes %s from an event that holds nothing of the original', (type) => {
  const event = { ...sampleCallEvent(type), raw: {} }
  expect(Object.keys(toWebhook(event)).sort()).toEqual(Object.keys(sampleWebhook(type)).sort())
})
