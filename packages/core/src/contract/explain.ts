import * as z from 'zod/mini'

/** One wrong field: where it is, and what is wrong with it in words. */
export interface FieldProblem {
  /** Such as `recipients[3].phone`; empty for the whole value. */
  readonly path: string
  readonly message: string
  /** What the field could have meant, to offer to whoever typed it. Not part of any message, as it may be a number. */
  readonly suggestion?: string
}

/** A value that fits its schema, or every place where it does not. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] }

const article = (word: string) => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`)

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number' && Number.isNaN(value)) return 'not a number'
  return typeof value === 'object' ? 'an object' : article(typeof value)
}

const KINDS: Record<string, string> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
}

// zod/mini ships no wording of its own, so that no bundle pays for one it does not use; these are ours.
function wording(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}`
    case 'unrecognized_keys':
      return 'is not a field of this request'
    case 'too_small':
      return `must be at least ${issue.minimum}${issue.origin === 'string' ? ' characters long' : ''}`
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`
    case 'invalid_union':
      return 'is of a kind that is not allowed here'
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`
    default:
      return 'is not valid'
  }
}

/**
 * Writes a path as a person would: `recipients[3].phone`.
 *
 * @example
 * pathText(['recipients', 3, 'phone']) // 'recipients[3].phone'
 */
export function pathText(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else text += text === '' ? String(part) : `.${String(part)}`
  }
  return text
}

/**
 * Checks a value and, if it is wrong, says every wrong field at once, in words.
 *
 * @example
 * check(createCallInput, { agent_id: 'a' })
 * // { ok: false, problems: [{ path: 'recipient_phone', message: 'is missing' }] }
 */
export function check<T extends z.ZodMiniType>(schema: T, value: unknown): Checked<z.infer<T>> {
  const result = z.safeParse(schema, value, { error: wording })
  if (result.success) return { ok: true, value: result.data }
  const problems: FieldProblem[] = []
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        problems.push({ path: pathText([...issue.path, key]), message: issue.message })
    } else {
      const path = pathText(issue.path)
      if (problems.some((problem) => problem.path === path)) continue
      const missing = issue.path.length > 0 && at(value, issue.path) === undefined
      problems.push({ path, message: missing ? 'is missing' : issue.message })
    }
  }
  return { ok: false, problems }
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value
  for (const part of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as Record<PropertyKey, unknown>)[part]
  }
  return here
}
