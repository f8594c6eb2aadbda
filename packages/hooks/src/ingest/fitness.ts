import type { FieldProblem, Webhook } from '@movoice-kit/core/contract'
import { ValidationError } from '@movoice-kit/core/engine'

const MAX_CALL_ID = 200
const MAX_TYPE = 100
/** Deeper than anything a person or a program means; what is much deeper than this cannot be written down again. */
const MAX_DEPTH = 64
const UNSTORABLE = /[\0\p{Surrogate}]/u

/**
 * Holds a webhook against what can be stored on either database. One that cannot is refused by itself: it must not
 * take along those that came at the same moment.
 *
 * @throws {@link ValidationError} naming what does not fit
 */
export function assertFit(webhook: Webhook): void {
  const problems: FieldProblem[] = []
  for (const [path, value, most] of [
    ['event_type', webhook.event_type, MAX_TYPE],
    ['call_id', webhook.call_id, MAX_CALL_ID],
  ] as const) {
    if (typeof value !== 'string') continue
    if (value.length > most) problems.push({ path, message: `must not be longer than ${most} characters` })
    if (!isStorable(value)) problems.push({ path, message: 'must be text without NUL, in whole characters' })
  }
  if (isDeeper(webhook, MAX_DEPTH)) {
    problems.push({ path: '', message: `must not be nested deeper than ${MAX_DEPTH} levels` })
  }
  if (problems.length > 0) throw new ValidationError('The webhook', problems)
}

/** PostgreSQL takes no NUL in a text, and neither database keeps half a character as it is. */
export const isStorable = (text: string): boolean => !UNSTORABLE.test(text)

/** Without recursion, as the value may be too deep for it. */
function isDeeper(value: unknown, most: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true
    const next: unknown[] = []
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue
      for (const part of Object.values(one)) if (typeof part === 'object' && part !== null) next.push(part)
    }
    level = next
  }
  return false
}
