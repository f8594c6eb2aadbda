import type { OperationName } from '@movoice-kit/core/contract'
import type { Row } from './contract.ts'
import type { Failure } from './failures.ts'

type Names = Iterable<string> | Promise<Iterable<string>>

/** One way into the kit, looked at from outside: what it says of itself, or does, when it is asked. */
export interface Door {
  readonly name: string
  /** Head of its column. */
  readonly title: string
  /** Whether it offers an operation. */
  operation(name: OperationName): boolean | Promise<boolean>
  /** What can be filled in for an operation, by the contract's names. */
  inputs(name: OperationName): Names
  /** What a person or a program gets of its answer, by the contract's names. */
  outputs(name: OperationName): Names
  /** The types of events it can tell of. */
  events(): Names
  /** What it tells of an event, by the keys of the canonical call event. */
  eventFields(): Names
  /** Whether its users learn what happened and what to do when this goes wrong. */
  tells(failure: Failure): boolean | Promise<boolean>
  /** Ends what it started. */
  close?(): Promise<void>
}

/** The ids of the rows that a door shows. */
export async function shownAt(door: Door, rows: readonly Row[]): Promise<Set<string>> {
  const shown = new Set<string>()
  const events = new Set(await door.events())
  const eventFields = new Set(await door.eventFields())
  const operations = new Map<OperationName, { offered: boolean; inputs: Set<string>; outputs: Set<string> }>()
  for (const { kind, name } of rows) {
    if (kind !== 'operation') continue
    const operation = name as OperationName
    const offered = await door.operation(operation)
    operations.set(operation, {
      offered,
      inputs: new Set(offered ? await door.inputs(operation) : []),
      outputs: new Set(offered ? await door.outputs(operation) : []),
    })
  }
  for (const row of rows) {
    const here = row.operation === undefined ? undefined : operations.get(row.operation)
    const is =
      row.kind === 'operation'
        ? operations.get(row.name as OperationName)?.offered === true
        : row.kind === 'input'
          ? here?.inputs.has(row.name) === true
          : row.kind === 'output'
            ? here?.outputs.has(row.name) === true
            : row.kind === 'event'
              ? events.has(row.name)
              : row.kind === 'event field'
                ? eventFields.has(row.name)
                : row.failure !== undefined && (await door.tells(row.failure))
    if (is) shown.add(row.id)
  }
  return shown
}
