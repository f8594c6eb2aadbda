import {
  callEventKeys,
  documentedErrors,
  type Operation,
  type OperationName,
  operationNames,
  operations,
  webhookEventTypes,
} from '@movoice-kit/core/contract'
import * as z from 'zod/mini'
import { type Failure, kitErrors, statusErrors } from './failures.ts'

/** One thing that core's contract promises, and that each door has to show. */
export interface Row {
  /** Names it for the table of absences: `calls.create`, `calls.create < variables`, `event call.started` … */
  readonly id: string
  readonly kind: 'operation' | 'input' | 'output' | 'event' | 'event field' | 'error'
  /** Of a field: the operation it belongs to. */
  readonly operation?: OperationName
  /** The operation, field, event or error itself, as the contract writes it. */
  readonly name: string
  /** For people. */
  readonly says: string
  readonly failure?: Failure
}

interface JsonSchema {
  readonly properties?: Record<string, unknown>
}

/** The fields of an object schema, a list's rows taken for the list. */
export function fieldsOf(schema: z.ZodMiniType | undefined): string[] {
  if (schema === undefined) return []
  return Object.keys((z.toJSONSchema(schema, { io: 'input' }) as JsonSchema).properties ?? {})
}

/** What an operation takes, wherever in the request it goes. */
export const inputsOf = ({ params, query, body }: Operation): string[] => [
  ...new Set([params, query, body].flatMap(fieldsOf)),
]

/** What an operation gives; of a list, what each row has. */
export const outputsOf = ({ output, list }: Operation): string[] => fieldsOf(list?.item ?? output)

/** An event that Movoice may add one day: doors that pass events on have to pass this one on too. */
export const FUTURE_EVENT = 'call.from_the_future'

/** Everything the contract promises, walked from its schemas and tables: nothing is written down a second time. */
export async function contractRows(): Promise<Row[]> {
  return [
    ...operationNames.flatMap((operation): Row[] => {
      const entry: Operation = operations[operation]
      return [
        { id: operation, kind: 'operation', name: operation, says: entry.summary },
        ...inputsOf(entry).map(
          (name): Row => ({ id: `${operation} < ${name}`, kind: 'input', operation, name, says: name }),
        ),
        ...outputsOf(entry).map(
          (name): Row => ({ id: `${operation} > ${name}`, kind: 'output', operation, name, says: name }),
        ),
      ]
    }),
    ...webhookEventTypes.map((name): Row => ({ id: `event ${name}`, kind: 'event', name, says: name })),
    { id: 'event [any]', kind: 'event', name: FUTURE_EVENT, says: 'one that Movoice adds one day' },
    ...callEventKeys.map((name): Row => ({ id: `event > ${name}`, kind: 'event field', name, says: name })),
    ...(await statusErrors()).map(
      (failure): Row => ({
        id: `error ${failure.status}`,
        kind: 'error',
        name: failure.error.name,
        says: `${failure.status} ${documentedErrors[failure.status].code}`,
        failure,
      }),
    ),
    ...(await kitErrors()).map(
      (failure): Row => ({
        id: `error ${failure.error.name}`,
        kind: 'error',
        name: failure.error.name,
        says: failure.says,
        failure,
      }),
    ),
  ]
}
