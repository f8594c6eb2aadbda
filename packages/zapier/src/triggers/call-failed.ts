import { filterFields } from '../fields/filter-fields.ts'
import { failedEvent } from '../samples.ts'
import { callTrigger } from './call-trigger.ts'

export const callFailed = callTrigger({
  key: 'call_failed',
  label: 'Call Failed',
  description: 'Triggers when a call has failed: no answer, busy, a wrong number or a fault.',
  inputFields: filterFields.failed,
  eventsOf: () => ['call.failed'],
  sample: failedEvent,
})
