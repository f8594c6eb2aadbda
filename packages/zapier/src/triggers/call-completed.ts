import { filterFields } from '../fields/filter-fields.ts'
import { completedEvent } from '../samples.ts'
import { callTrigger } from './call-trigger.ts'

export const callCompleted = callTrigger({
  key: 'call_completed',
  label: 'Call Completed',
  description: 'Triggers when a call has ended and its summary, transcript and outcome are there.',
  inputFields: filterFields.completed,
  eventsOf: () => ['call.completed'],
  sample: completedEvent,
})
