import { expect, test } from 'vitest'
import { callEvent, callEventKeys } from '../contract/call-event.ts'
import { webhookEventTypes } from '../contract/event-types.ts'
import { check } from '../contract/explain.ts'
import { webhookSchemas } from '../contract/webhooks.ts'
import { sampleCallEvent, sampleWebhook } from './index.ts'

test.each(webhookEventTypes)('the sample of %s is a webhook and an event like any other', (type) => {
  expect(check(webhookSchemas[type], sampleWebhook(type)).ok).toBe(true)
  const event = sampleCallEvent(type)
  expect(check(callEvent, event).ok).toBe(true)
  expect(Object.keys(event)).toEqual(callEventKeys)
  expect(event).toMatchObject({ type, source: 'sample', agent_name: 'Clinic reception' })
  expect(event.recipient_phone).toMatch(/^\+12025550/)
})

test('the sample of a completion is as whole as a completion can be', () => {
  const unknown = Object.entries(sampleCallEvent()).flatMap(([key, value]) => (value === null ? [key] : []))
  expect(unknown).toEqual(['reason', 'action_name', 'action_parameters'])
})
