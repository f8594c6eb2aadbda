import { isMovoiceError } from '@movoice-kit/core/client'
import type { Call, ListCallsQuery } from '@movoice-kit/core/contract'
import type { Bundle, Search, ZObject } from 'zapier-platform-core'
import { movoiceOf } from '../connection.ts'
import { explained } from '../errors.ts'
import { callFields, callOutput } from '../fields/call-fields.ts'
import { labelled } from '../fields/filter-fields.ts'
import { anyAgentField, textOf, unixTime } from '../fields/input.ts'
import { countryField, phoneOf } from '../fields/phone.ts'
import { callSample } from '../samples.ts'
import { within } from '../within.ts'

/** How far back a search goes that does not say, in days. */
const DEFAULT_DAYS = 30
/** How long a search may take, with all its pages. */
const SEARCH_MS = 20_000
/** How many calls one search gives: Zapier uses the first, or all where the user asks for several. */
const MOST_FOUND = 20

async function perform(z: ZObject, bundle: Bundle) {
  return explained(z, async () => {
    const { inputData } = bundle
    const id = textOf(inputData.call_id)
    const phone = textOf(inputData.recipient_phone)
    if (id === undefined && phone === undefined && textOf(inputData.agent_id) === undefined) {
      throw new z.errors.HaltedError('Give a Call ID, a Recipient Phone or an Agent to search for.')
    }
    const movoice = movoiceOf(z, bundle)
    const get = async (callId: string): Promise<Call[]> => {
      try {
        return [await movoice.calls.get(callId)]
      } catch (error) {
        if (isMovoiceError(error) && error.status === 404) return []
        throw error
      }
    }
    if (id !== undefined) return (await get(id)).map(callOutput)
    const number =
      phone === undefined ? undefined : phoneOf(z, 'Recipient Phone', phone, inputData.default_country)
    const wanted = query(z, inputData)
    const found = await within(SEARCH_MS, 'Narrow the search: an agent, or a shorter time.', async (walk) => {
      const calls: Call[] = []
      for await (const call of movoice.calls.list(wanted, walk)) {
        if (number === undefined || call.recipient_phone === number) calls.push(call)
      }
      return calls
    })
    // The order of the list is not promised.
    found.sort((one, other) => (other.created_at ?? 0) - (one.created_at ?? 0))
    const [newest, ...others] = found.slice(0, MOST_FOUND)
    if (newest === undefined) return []
    // A row of the list may lack the transcript; the one that is used is read whole.
    const [whole = newest] = await get(newest.call_id)
    return [whole, ...others].map(callOutput)
  })
}

function query(z: ZObject, inputData: Readonly<Record<string, unknown>>): ListCallsQuery {
  const from = unixTime(z, 'Placed After', inputData.from)
  const to = unixTime(z, 'Placed Before', inputData.to)
  const agentId = textOf(inputData.agent_id)
  const status = textOf(inputData.status)
  return {
    from: from ?? (to ?? Math.floor(Date.now() / 1000)) - DEFAULT_DAYS * 86_400,
    ...(to !== undefined && { to }),
    ...(agentId !== undefined && { agent_id: agentId }),
    ...(status !== undefined && { status }),
  }
}

export const findCall: Search = {
  key: 'find_call',
  noun: 'Call',
  display: {
    label: 'Find Call',
    description: 'Finds a call by its ID, or the latest one to a number or by an agent, with its result.',
  },
  operation: {
    inputFields: [
      {
        key: 'call_id',
        label: 'Call ID',
        type: 'string',
        required: false,
        dynamic: 'call_list.id.name',
        helpText:
          'One of the latest, or the ID from an earlier step. The other fields are then not looked at.',
      },
      {
        key: 'recipient_phone',
        label: 'Recipient Phone',
        type: 'string',
        required: false,
        placeholder: 'e.g. +91 98765 43210',
      },
      anyAgentField,
      {
        key: 'status',
        label: 'Status',
        type: 'string',
        required: false,
        choices: labelled(['completed', 'failed', 'active']),
      },
      {
        key: 'from',
        label: 'Placed After',
        type: 'datetime',
        required: false,
        helpText: `Left empty, the search goes back ${DEFAULT_DAYS} days.`,
      },
      { key: 'to', label: 'Placed Before', type: 'datetime', required: false },
      countryField,
    ],
    outputFields: callFields,
    perform,
    sample: { ...callSample },
  },
}
