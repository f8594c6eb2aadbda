import { webhookEventTypes } from '@movoice-kit/core/contract'
import { filterFields, labelled } from '../fields/filter-fields.ts'
import { listOf } from '../fields/input.ts'
import { actionEvent } from '../samples.ts'
import { callTrigger } from './call-trigger.ts'

export const callEvent = callTrigger({
  key: 'call_event',
  label: 'Call Event',
  description:
    'Triggers when any event of a call happens that you choose: its start, its end, an action, a transfer.',
  inputFields: [
    {
      key: 'event_types',
      label: 'Events',
      type: 'string',
      list: true,
      required: false,
      choices: labelled(webhookEventTypes),
      helpText: 'Leave it empty for every event, also those that Movoice may add.',
    },
    ...filterFields.any,
  ],
  eventsOf: (_z, { event_types }) => {
    const chosen = [...new Set(listOf(event_types))]
    return chosen.length === 0 ? ['*'] : chosen
  },
  sample: actionEvent,
})
