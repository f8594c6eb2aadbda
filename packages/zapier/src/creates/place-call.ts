import {
  type ConflictError,
  isMovoiceError,
  type Movoice,
  type UnexpectedResponseError,
} from '@movoice-kit/core/client'
import type { Call, CreateCallInput, CreatedCall } from '@movoice-kit/core/contract'
import type { Bundle, Create, PlainInputField, PlainOutputField, ZObject } from 'zapier-platform-core'
import { DEADLINE_MS, movoiceOf } from '../connection.ts'
import { explained } from '../errors.ts'
import { type CallOutput, callFields, callOutput } from '../fields/call-fields.ts'
import { agentField, textOf, unixTime, variablesOf } from '../fields/input.ts'
import { onceKeyField, onceRule, windowField } from '../fields/once-fields.ts'
import { countryField, phoneOf } from '../fields/phone.ts'
import { once } from '../once.ts'
import { findPlacedCall } from '../placed-call.ts'
import { callSample } from '../samples.ts'
import { within } from '../within.ts'

type Output = Pick<
  CallOutput,
  'id' | 'call_id' | 'status' | 'agent_id' | 'recipient_phone' | 'created_at' | 'scheduled_for'
> & { readonly already_placed: boolean }

const inputFields: PlainInputField[] = [
  agentField,
  {
    key: 'recipient_phone',
    label: 'Recipient Phone',
    type: 'string',
    required: true,
    placeholder: 'e.g. +91 98765 43210',
    helpText: 'With the country code. Spaces, brackets and dashes are fine.',
  },
  {
    key: 'variables',
    label: 'Variables',
    dict: true,
    required: false,
    helpText:
      "Put into the agent's prompt wherever it says `{{name}}`: the name on the left, its value on the right.",
  },
  {
    key: 'schedule_at',
    label: 'Call At',
    type: 'datetime',
    required: false,
    helpText: 'Leave it empty to call now. Calling hours and do-not-disturb rules are yours to keep.',
  },
  {
    key: 'from_number',
    label: 'From Number',
    type: 'string',
    required: false,
    placeholder: 'e.g. +1 202 555 0100',
    helpText: 'A number that your Movoice account owns.',
  },
  {
    key: 'max_duration',
    label: 'Longest Duration (Seconds)',
    type: 'integer',
    required: false,
    helpText: 'Movoice ends the call after 1,800 seconds if you leave it empty.',
  },
  countryField,
  onceKeyField,
  {
    key: 'requested_at',
    label: 'Requested At',
    type: 'datetime',
    required: false,
    helpText:
      "Map the time of your trigger's event here. Before it dials, the step looks in Movoice for the same call placed since then, and gives that one if there is one.",
  },
  windowField,
]

/** How long a look for an earlier call may take, with all its pages. */
const LOOK_MS = 10_000
const LOOK_HINT = 'This run has placed nothing. Try again, or map a later time to Requested At.'

const OUTPUT_KEYS = ['id', 'call_id', 'status', 'agent_id', 'recipient_phone', 'created_at', 'scheduled_for']

const outputFields: PlainOutputField[] = [
  ...callFields.filter(({ key }) => OUTPUT_KEYS.includes(key)),
  { key: 'already_placed', label: 'Already Placed', type: 'boolean' },
]

function output(call: Call | CreatedCall, input: CreateCallInput, already_placed: boolean): Output {
  const { id, call_id, status, agent_id, recipient_phone, created_at, scheduled_for } = callOutput({
    // A row of the list may not say what it was asked for.
    ...input,
    ...call,
  })
  return { id, call_id, status, agent_id, recipient_phone, created_at, scheduled_for, already_placed }
}

async function perform(z: ZObject, bundle: Bundle): Promise<Output> {
  return explained(
    z,
    async () => {
      const { inputData } = bundle
      const input = readInput(z, inputData)
      const requestedAt = unixTime(z, 'Requested At', inputData.requested_at)
      const now = Date.now()
      const find = async (since: number): Promise<Output | undefined> => {
        const movoice = movoiceOf(z, bundle, LOOK_MS)
        const call = await within(LOOK_MS, LOOK_HINT, (walk) => findPlacedCall(movoice, input, since, walk))
        return call === undefined ? undefined : output(call, input, true)
      }
      const { result, repeated } = await once<Output>(z, {
        ...onceRule(z, 'place_call', inputData, input),
        now,
        find,
        ...(requestedAt !== undefined && { known: () => explained(z, () => find(requestedAt * 1000)) }),
        // What a look has used of the step's time is not there for the call any more.
        act: () => place(movoiceOf(z, bundle, DEADLINE_MS - (Date.now() - now)), input),
      })
      return { ...result, already_placed: repeated || result.already_placed }
    },
    true,
  )
}

/**
 * Places it. An answer that could not be read to its end still names a call, and a refused duplicate the first one:
 * both are the call that was asked for.
 */
async function place(movoice: Movoice, input: CreateCallInput): Promise<Output> {
  try {
    return output(await movoice.calls.create(input), input, false)
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    const { callId, call } = error as Partial<
      Pick<UnexpectedResponseError, 'callId'> & Pick<ConflictError, 'call'>
    >
    if (call !== undefined) return output(call, input, true)
    if (callId === undefined) throw error
    const known = await movoice.calls.get(callId).catch(() => ({ call_id: callId, status: 'initiated' }))
    return output(known, input, false)
  }
}

function readInput(z: ZObject, inputData: Readonly<Record<string, unknown>>): CreateCallInput {
  const country = inputData.default_country
  const fromNumber = textOf(inputData.from_number)
  const variables = variablesOf(inputData.variables)
  const scheduleAt = unixTime(z, 'Call At', inputData.schedule_at)
  const { max_duration } = inputData
  return {
    agent_id: String(inputData.agent_id ?? ''),
    recipient_phone: phoneOf(z, 'Recipient Phone', inputData.recipient_phone, country),
    ...(variables !== undefined && { variables }),
    ...(fromNumber !== undefined && { from_number: phoneOf(z, 'From Number', fromNumber, country) }),
    ...(max_duration !== undefined && max_duration !== '' && { max_duration: Number(max_duration) }),
    ...(scheduleAt !== undefined && { schedule_at: scheduleAt }),
  }
}

export const placeCall: Create = {
  key: 'place_call',
  noun: 'Call',
  display: {
    label: 'Place Call',
    description: 'Has a Movoice agent phone a person now or at a set time.',
  },
  operation: {
    inputFields,
    outputFields,
    // One at a time for a number, so that two runs at once cannot both find that nothing was placed.
    lock: { key: 'place-call-{{bundle.inputData.recipient_phone}}', scope: ['auth'], timeout: 60 },
    perform,
    sample: {
      ...Object.fromEntries(Object.entries(callSample).filter(([key]) => OUTPUT_KEYS.includes(key))),
      status: 'initiated',
      already_placed: false,
    },
  },
}
