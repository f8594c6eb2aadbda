import { agent } from '../contract/agent.ts'
import type { Assumptions } from '../contract/assumptions.ts'
import { createdBatch } from '../contract/batch.ts'
import { call, createdCall } from '../contract/call.ts'
import { type Checked, check, type FieldProblem } from '../contract/explain.ts'
import type { OperationName } from '../contract/operations.ts'

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  /** The number of all rows, if the API tells. */
  readonly total?: number
  readonly hasMore: boolean
}

type Names = Readonly<Record<string, readonly string[]>>
type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields that can come under another name than their own, for each table of names; worked out once. */
const aliased = new WeakMap<Names, readonly (readonly [field: string, accepted: readonly string[]])[]>()

function aliasesOf(names: Names) {
  let found = aliased.get(names)
  if (found === undefined) {
    found = Object.entries(names).filter(
      ([field, accepted]) => accepted.length !== 1 || accepted[0] !== field,
    )
    aliased.set(names, found)
  }
  return found
}

/** Puts fields that came under another accepted name where the contract looks for them; keeps all. */
function rename(value: unknown, names: Names): unknown {
  if (!isObject(value)) return value
  let result = value
  for (const [field, accepted] of aliasesOf(names)) {
    const found = accepted.find((name) => value[name] !== undefined && value[name] !== null)
    if (found === undefined || found === field) continue
    if (result === value) result = { ...value }
    result[field] = value[found]
  }
  return result
}

/** How each operation's answer is read: first the names, then the schema. */
export const readers = {
  'calls.create': (value: unknown, rules: Assumptions) =>
    check(createdCall, rename(value, rules.callFieldNames)),
  'calls.get': (value: unknown, rules: Assumptions) => check(call, rename(value, rules.callFieldNames)),
  'calls.createBatch': (value: unknown, rules: Assumptions) =>
    check(createdBatch, rename(value, rules.batchFieldNames)),
  'agents.get': (value: unknown, rules: Assumptions) => check(agent, rename(value, rules.agentFieldNames)),
  'agents.update': (value: unknown, rules: Assumptions) => check(agent, rename(value, rules.agentFieldNames)),
  'calls.list': (value: unknown, rules: Assumptions) =>
    readPage(value, rules, (row) => check(call, rename(row, rules.callFieldNames))),
  'agents.list': (value: unknown, rules: Assumptions) =>
    readPage(value, rules, (row) => check(agent, rename(row, rules.agentFieldNames))),
} as const satisfies Record<OperationName, (value: unknown, rules: Assumptions) => Checked<unknown>>

export type Answer<Name extends OperationName> = Extract<
  ReturnType<(typeof readers)[Name]>,
  { ok: true }
>['value']

/** A page as read, with what the API itself said about a further one. */
export interface ReadPage<T> {
  readonly items: readonly T[]
  readonly total: number | undefined
  readonly hasMore: boolean | undefined
}

function readPage<T>(
  value: unknown,
  rules: Assumptions,
  readRow: (row: unknown) => Checked<T>,
): Checked<ReadPage<T>> {
  const key = isObject(value) ? rules.listKeys.find((name) => Array.isArray(value[name])) : undefined
  const rows = Array.isArray(value) ? value : isObject(value) && key !== undefined ? value[key] : undefined
  if (!Array.isArray(rows)) {
    return {
      ok: false,
      problems: [{ path: '', message: `holds no list under ${rules.listKeys.join(', ')}` }],
    }
  }
  const items: T[] = []
  const problems: FieldProblem[] = []
  rows.forEach((row, index) => {
    const checked = readRow(row)
    if (checked.ok) items.push(checked.value)
    else {
      for (const problem of checked.problems) {
        problems.push({
          ...problem,
          path: `${key ?? ''}[${index}]${problem.path === '' ? '' : `.${problem.path}`}`,
        })
      }
    }
  })
  if (problems.length > 0) return { ok: false, problems }
  const about = isObject(value) ? value : {}
  const total = rules.totalKeys.map((name) => about[name]).find((found) => typeof found === 'number')
  const hasMore = rules.hasMoreKeys.map((name) => about[name]).find((found) => typeof found === 'boolean')
  return {
    ok: true,
    value: {
      items,
      total: typeof total === 'number' ? total : undefined,
      hasMore: typeof hasMore === 'boolean' ? hasMore : undefined,
    },
  }
}

/** The id of a call in an answer that is otherwise unreadable, so that it is never lost. */
export function rescueCallId(value: unknown, rules: Assumptions): string | undefined {
  if (!isObject(value)) return undefined
  const name = rules.callFieldNames.call_id?.find(
    (key) => typeof value[key] === 'string' && value[key] !== '',
  )
  return name === undefined ? undefined : (value[name] as string)
}
