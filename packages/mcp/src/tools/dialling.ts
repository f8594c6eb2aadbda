import type { FieldProblem } from '@movoice-kit/core/contract'
import { isMovoiceError, type MovoiceError } from '@movoice-kit/core/engine'
import { checkPhone } from '@movoice-kit/core/phone'
import { refusal } from '../guards/refusals.ts'
import type { Office } from '../office.ts'
import type { ActionResult } from '../output/action-result.ts'
import { dialFailure, errorText, refused } from '../output/failure.ts'

/** What is wrong with the numbers of a request, each with what it could have meant; `undefined` if nothing is. */
export function wrongNumbers(
  numbers: readonly (readonly [path: string, phone: string])[],
): ActionResult | undefined {
  const problems = numbers.flatMap(([path, phone]): FieldProblem[] => {
    const problem = checkPhone(phone)
    return problem === undefined ? [] : [{ path, ...problem }]
  })
  if (problems.length === 0) return undefined
  const said = problems
    .slice(0, 10)
    .map(
      ({ path, message, suggestion }) =>
        `${path} ${message}${suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`}`,
    )
    .join('; ')
  const more = problems.length > 10 ? `; and ${problems.length - 10} more` : ''
  return {
    state: 'not_done',
    message: `Nothing was placed. ${said}${more}. Correct it and try again; if you are not sure, ask the user.`,
    error: { code: 'validation_failed' },
  }
}

/** Why this server will not do it now, whoever confirms it. */
export function notFromHere(
  { policy, dials, shift }: Office,
  phones: readonly string[],
): ActionResult | undefined {
  if (shift.closing.aborted) {
    return {
      state: 'not_done',
      message: 'Nothing was placed: the server is closing. Try again once it is up.',
      error: { code: 'closing' },
    }
  }
  const why = refusal(phones, policy.allow, dials)
  return why === undefined ? undefined : refused(why)
}

/** A lookup that failed before anything was asked: there is nobody to ask about what cannot be done. */
export function lookupFailure(error: unknown): ActionResult {
  if (!isMovoiceError(error)) throw error
  const { code, status } = error
  return {
    state: 'not_done',
    message: `Nothing was done. ${errorText(error)}`,
    error: { code, ...(status !== undefined && { status }) },
  }
}

export interface Dialling<T> {
  readonly phones: readonly string[]
  readonly tool: string
  readonly agentId: string
  readonly dial: () => Promise<T>
  readonly idOf: (placed: T) => string
  readonly placed: (placed: T) => ActionResult
}

/**
 * Dials, once: guards are looked at again, as time has passed since the question. What has left is finished and
 * written down even if the client has gone; what may have rung keeps its place in the day's limit.
 */
export async function dialOnce<T>(office: Office, dialling: Dialling<T>): Promise<ActionResult> {
  const { phones, tool, agentId } = dialling
  const blocked = notFromHere(office, phones)
  if (blocked !== undefined) return blocked
  const room = office.dials.take(phones)
  // Between that look and this one nothing else runs; if the rules of it ever change, no phone rings.
  if (room === undefined) return { state: 'not_done', message: 'Nothing was placed: the limit is reached.' }
  const who = phones.length === 1 ? { phone: phones[0] } : { recipients: phones.length }
  const about = { tool, agent_id: agentId, ...who }
  let result: ActionResult
  try {
    const placed = await office.shift.track(dialling.dial())
    const id = dialling.idOf(placed)
    room.placed(id)
    office.log('placed', { ...about, id })
    return dialling.placed(placed)
  } catch (error) {
    if (!isMovoiceError(error)) {
      office.log('fault', {
        ...about,
        error: error instanceof Error ? (error.stack ?? error.message) : 'unknown',
      })
      return {
        state: 'may_have_been_placed',
        message:
          'The server made a mistake while it was dialling: the phone may have rung. Look with list_calls before you do anything again.',
        error: { code: 'server_fault' },
      }
    }
    result = dialFailure(error)
    office.log(result.state, { ...about, ...told(error) })
  }
  if (result.state === 'not_done') room.giveBack()
  return result
}

const told = ({ code, status, requestId, sent }: MovoiceError) => ({ code, status, requestId, sent })
