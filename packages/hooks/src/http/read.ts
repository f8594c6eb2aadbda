import { check } from '@movoice-kit/core/contract'
import type * as z from 'zod/mini'
import { HttpProblem } from './problems.ts'

/** A request's body or query by its schema. @throws {@link HttpProblem} 400 naming every wrong field */
export function readInput<T extends z.ZodMiniType>(schema: T, value: unknown): z.infer<T> {
  const checked = check(schema, value ?? {})
  if (checked.ok) return checked.value
  const list = checked.problems.map(({ path, message }) => `${path === '' ? 'The body' : path} ${message}`)
  const param = checked.problems[0]?.path
  throw new HttpProblem(400, 'invalid_request', `${list.join('; ')}.`, {
    ...(param !== undefined && param !== '' && { param }),
  })
}
