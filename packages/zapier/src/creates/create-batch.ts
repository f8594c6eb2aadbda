import { type BatchRecipient, type CreateBatchInput, plans } from '@movoice-kit/core/contract'
import type { Bundle, Create, PlainInputField, PlainOutputField, ZObject } from 'zapier-platform-core'
import { movoiceOf } from '../connection.ts'
import { explained } from '../errors.ts'
import { agentField, listOf, textOf, unixTime, variablesOf } from '../fields/input.ts'
import { onceKeyField, onceRule, windowField } from '../fields/once-fields.ts'
import { countryField, phoneOr } from '../fields/phone.ts'
import { once } from '../once.ts'

/** More than this no plan with a limit takes. */
const MOST_RECIPIENTS = plans.business.batchSize
/** How many bad rows one sentence names. */
const NAMED_ROWS = 5

interface Output {
  readonly id: string
  readonly batch_id: string
  readonly status: string | null
  readonly agent_id: string
  readonly recipients: number
  readonly already_placed: boolean
}

const outputFields: (PlainOutputField & { readonly key: keyof Output })[] = [
  { key: 'id', label: 'ID', type: 'string', primary: true, required: true },
  { key: 'batch_id', label: 'Batch ID', type: 'string', required: true },
  { key: 'status', label: 'Status', type: 'string' },
  { key: 'agent_id', label: 'Agent ID', type: 'string' },
  { key: 'recipients', label: 'Number of Recipients', type: 'integer' },
  { key: 'already_placed', label: 'Already Placed', type: 'boolean' },
]

const inputFields = [
  agentField,
  {
    key: 'variable_names',
    label: 'Variables per Recipient',
    type: 'string',
    list: true,
    required: false,
    altersDynamicFields: true,
    placeholder: 'e.g. name',
    helpText:
      'The names of the variables that differ from person to person. Each becomes a column of Recipients.',
  },
  /** The line items: a phone number each, and a column for every name given above. */
  (_z: ZObject, bundle: Bundle): PlainInputField[] => [
    {
      key: 'recipients',
      label: 'Recipients',
      children: [
        {
          key: 'phone',
          label: 'Phone',
          type: 'string',
          required: true,
          helpText: 'With the country code.',
        },
        ...listOf(bundle.inputData.variable_names)
          .filter((name) => name !== 'phone')
          .map((name): PlainInputField => ({ key: name, label: name, type: 'string', required: false })),
      ],
    },
  ],
  {
    key: 'variables',
    label: 'Variables for Everyone',
    dict: true,
    required: false,
    helpText: "Put into the agent's prompt for every recipient; a recipient's own value goes first.",
  },
  {
    key: 'schedule_at',
    label: 'Call At',
    type: 'datetime',
    required: false,
    helpText: 'Leave it empty to begin now.',
  },
  {
    key: 'concurrency',
    label: 'Calls at Once',
    type: 'integer',
    required: false,
    helpText: "How many calls may be in progress at once; your plan's limit holds in any case.",
  },
  countryField,
  onceKeyField,
  windowField,
] as const satisfies readonly (PlainInputField | ((z: ZObject, bundle: Bundle) => PlainInputField[]))[]

async function perform(z: ZObject, bundle: Bundle): Promise<Output> {
  return explained(
    z,
    async () => {
      const movoice = movoiceOf(z, bundle)
      const input = readInput(z, bundle.inputData)
      const { result, repeated } = await once<Omit<Output, 'already_placed'>>(z, {
        ...onceRule(z, 'create_batch', bundle.inputData, input),
        now: Date.now(),
        // No way to read a batch is documented, so one that was cut off cannot be found.
        find: async () => undefined,
        act: async () => {
          const { batch_id, status } = await movoice.calls.createBatch(input)
          const { agent_id, recipients } = input
          return { id: batch_id, batch_id, status: status ?? null, agent_id, recipients: recipients.length }
        },
      })
      return { ...result, already_placed: repeated }
    },
    true,
  )
}

function readInput(z: ZObject, inputData: Readonly<Record<string, unknown>>): CreateBatchInput {
  const rows = Array.isArray(inputData.recipients) ? inputData.recipients : []
  if (rows.length === 0) {
    throw new z.errors.HaltedError(
      'Recipients has no rows, so there is nobody to call. Map line items to it, with a phone number in each.',
    )
  }
  if (rows.length > MOST_RECIPIENTS) {
    throw new z.errors.HaltedError(
      `Recipients has ${rows.length.toLocaleString('en')} rows, and a batch holds at most ${MOST_RECIPIENTS.toLocaleString('en')} (on the Business plan). Nobody was called: split them into several batches.`,
    )
  }
  const common = variablesOf(inputData.variables)
  const problems: string[] = []
  const recipients = rows.map((row: unknown, index): BatchRecipient => {
    const { phone, ...own } = (typeof row === 'object' && row !== null ? row : { phone: row }) as Record<
      string,
      unknown
    >
    const read = phoneOr(phone, inputData.default_country)
    if ('problem' in read) problems.push(`row ${index + 1}: the phone number ${read.problem}`)
    const variables = { ...common, ...variablesOf(own) }
    return {
      phone: 'e164' in read ? read.e164 : '',
      ...(Object.keys(variables).length > 0 && { variables }),
    }
  })
  if (problems.length > 0) {
    const more = problems.length > NAMED_ROWS ? `; and ${problems.length - NAMED_ROWS} more` : ''
    throw new z.errors.HaltedError(
      `Recipients cannot be called: ${problems.slice(0, NAMED_ROWS).join('; ')}${more}. Nobody was called.`,
    )
  }
  const scheduleAt = unixTime(z, 'Call At', inputData.schedule_at)
  const concurrency = inputData.concurrency
  return {
    agent_id: textOf(inputData.agent_id) ?? '',
    recipients,
    ...(scheduleAt !== undefined && { schedule_at: scheduleAt }),
    ...(concurrency !== undefined && concurrency !== '' && { concurrency: Number(concurrency) }),
  }
}

export const createBatch: Create = {
  key: 'create_batch',
  noun: 'Batch',
  display: {
    label: 'Create Batch of Calls',
    description: 'Has a Movoice agent phone a list of people, each with variables of their own.',
  },
  operation: {
    inputFields: [...inputFields],
    outputFields,
    perform,
    sample: {
      id: 'batch_5p0z2',
      batch_id: 'batch_5p0z2',
      status: 'initiated',
      agent_id: 'agent_clinic',
      recipients: 120,
      already_placed: false,
    },
  },
}
