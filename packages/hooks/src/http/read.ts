import { check } from '@movoice-kit/core/contract'
import type * as z from 'zod/mini'
import { isStorable } from '../ingest/fitness.ts'
import { HttpProblem } from './problems.ts'

/** A request's body or query by its schema. @throws {@link HttpProblem} 400 naming every wrong field */
export function readInput<T extends z.ZodMiniType>(schema: T, value: unknown): z.infer<T> {
  const checked = check(schema, value ?? {})
  if (checked.ok) {
    if (isStorableAll(checked.value)) return checked.value
    throw new HttpProblem(400, 'invalid_request', 'No text may hold a NUL or half a character.')
  }
  const list = checked.problems.map(({ path, message }) => `${path === '' ? 'The body' : path} ${message}`)
  const param = checked.problems[0]?.path
  throw new HttpProblem(400, 'invalid_request', `${list.join('; ')}.`, {
    ...(param !== undefined && param !== '' && { param }),
  })
}

/** All texts in a value that a schema has found to be as deep as it should be. */
function isStorableAll(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isStorableAll)
}
