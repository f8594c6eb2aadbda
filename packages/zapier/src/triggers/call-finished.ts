import type { Bundle, Trigger, ZObject } from 'zapier-platform-core'
import { movoiceOf } from '../connection.ts'
import { explained } from '../errors.ts'
import { eventFields } from '../fields/event-fields.ts'
import { filterFields, labelled, readFilter } from '../fields/filter-fields.ts'
import { textOf } from '../fields/input.ts'
import { completedEvent } from '../samples.ts'
import { listedEvents } from './listed.ts'

const STATUSES = ['completed', 'failed']

/** Polls: for connections without a hooks server. Zapier tells each id once. */
async function perform(z: ZObject, bundle: Bundle) {
  return explained(z, () => {
    const status = textOf(bundle.inputData.status)
    return listedEvents({
      movoice: movoiceOf(z, bundle),
      statuses: status === undefined ? STATUSES : [status],
      filter: readFilter(bundle.inputData),
      now: Date.now(),
      // For the first look, which only says what is old, the ids are enough.
      whole: bundle.meta?.isPopulatingDedupe !== true,
      ...(bundle.meta?.isLoadingSample === true && { limit: 10 }),
    })
  })
}

export const callFinished: Trigger = {
  key: 'call_finished',
  noun: 'Call',
  display: {
    label: 'Call Finished (Scheduled)',
    description:
      'Triggers when a call has ended, found by asking Movoice every few minutes; needs no hooks server.',
  },
  operation: {
    type: 'polling',
    inputFields: [
      {
        key: 'status',
        label: 'Which Calls',
        type: 'string',
        required: false,
        choices: labelled(STATUSES),
        helpText: 'Leave it empty for both.',
      },
      ...filterFields.any,
    ],
    outputFields: eventFields,
    perform,
    sample: { ...completedEvent },
  },
}
