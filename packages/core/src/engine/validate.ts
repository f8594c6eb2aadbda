import { check, type FieldProblem } from '../contract/explain.ts'
import { type Operation, type OperationName, operations } from '../contract/operations.ts'
import { ValidationError } from './errors.ts'
import type { RequestParts } from './url.ts'

/** Looks closer at a phone number than its form: `undefined` if nothing is wrong with it. */
export type PhoneCheck = (text: string) => Omit<FieldProblem, 'path'> | undefined

/** The fields of an operation that hold a phone number; `[]` stands for each element. */
const PHONE_FIELDS: Partial<Record<OperationName, readonly string[]>> = {
  'calls.create': ['recipient_phone', 'from_number'],
  'calls.createBatch': ['recipients[].phone'],
}

/**
 * Checks everything a request is made of before any of it is sent, and returns the parts as they will be sent.
 *
 * @throws {@link ValidationError} with every wrong field
 */
export function validate(name: OperationName, parts: RequestParts, checkPhone?: PhoneCheck): RequestParts {
  const operation: Operation = operations[name]
  const problems: FieldProblem[] = []
  const checked: { params?: unknown; query?: unknown; body?: unknown } = {}
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = operation[part]
    if (schema === undefined) continue
    const result = check(schema, parts[part] ?? {})
    if (result.ok) checked[part] = result.value
    else problems.push(...result.problems)
  }
  const all = checkPhone === undefined ? problems : withPhones(name, parts.body, problems, checkPhone)
  if (all.length > 0) throw new ValidationError(`The request to ${operation.summary.toLowerCase()}`, all)
  return checked as RequestParts
}

function withPhones(
  name: OperationName,
  body: unknown,
  problems: readonly FieldProblem[],
  checkPhone: PhoneCheck,
): FieldProblem[] {
  const found = new Map<string, FieldProblem>()
  for (const field of PHONE_FIELDS[name] ?? []) {
    for (const [path, value] of textsAt(body, field)) {
      const problem = checkPhone(value)
      if (problem !== undefined) found.set(path, { path, ...problem })
    }
  }
  const kept = problems.map((problem) => found.get(problem.path) ?? problem)
  for (const problem of kept) found.delete(problem.path)
  return [...kept, ...found.values()]
}

function textsAt(body: unknown, field: string): [path: string, value: string][] {
  if (typeof body !== 'object' || body === null) return []
  const [head, rest] = field.split('[].') as [string, string?]
  const value = (body as Record<string, unknown>)[head]
  if (rest === undefined) return typeof value === 'string' ? [[head, value]] : []
  if (!Array.isArray(value)) return []
  return value.flatMap((row: unknown, index) =>
    textsAt(row, rest).map(([path, text]): [string, string] => [`${head}[${index}].${path}`, text]),
  )
}
