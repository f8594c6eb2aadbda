import type { Call } from '@movoice-kit/core/contract'
import type { Bundle, Trigger, ZObject } from 'zapier-platform-core'
import { movoiceOf } from '../connection.ts'
import { explained } from '../errors.ts'
import { isoTime } from '../fields/call-fields.ts'

/** How many calls the dropdown goes back over. */
const SHOWN = 100

/** For the dropdown of calls: the latest ones, with what tells them apart. */
async function perform(z: ZObject, bundle: Bundle) {
  return explained(z, async () => {
    const { items } = await movoiceOf(z, bundle).calls.list({ limit: SHOWN })
    const newest = [...items].sort((one, other) => (other.created_at ?? 0) - (one.created_at ?? 0))
    return newest.map((call) => ({ id: call.call_id, name: nameOf(call) }))
  })
}

function nameOf({ call_id, recipient_phone, status, created_at }: Call): string {
  return [recipient_phone ?? call_id, status, isoTime(created_at)].filter((part) => part !== null).join(', ')
}

export const callList: Trigger = {
  key: 'call_list',
  noun: 'Call',
  display: {
    label: 'Call List',
    description: 'Triggers when a list of calls is needed for a dropdown.',
    hidden: true,
  },
  operation: {
    type: 'polling',
    outputFields: [
      { key: 'id', label: 'ID', type: 'string', primary: true, required: true },
      { key: 'name', label: 'Name', type: 'string', required: true },
    ],
    perform,
    sample: { id: 'call_8f2k1', name: '+12025550101, completed, 2026-01-01T00:00:00.000Z' },
  },
}
