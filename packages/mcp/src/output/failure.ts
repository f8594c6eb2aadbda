import {
  BatchError,
  ConflictError,
  isMovoiceError,
  type MovoiceError,
  OutcomeUnknownError,
  UnexpectedResponseError,
} from '@movoice-kit/core/engine'
import type { Refusal } from '../guards/refusals.ts'
import { type ActionResult, partsOf } from './action-result.ts'
import { viewOf } from './call-view.ts'

/** What happened and what to do next, in the error's own words: they hold no key and no full number. */
export const errorText = ({ code, message, hint }: MovoiceError): string =>
  [message, HINTS[code] ?? hint].filter((part) => part !== '').join(' ')

/** What to do, where core's own words are for somebody who writes code. */
const HINTS: Readonly<Record<string, string>> = {
  queue_timeout:
    'Nothing was sent: the plan has no room for another call now. Wait for one to end with wait_for_call, or try again in a minute.',
}

const about = ({ code, status, requestId }: MovoiceError): NonNullable<ActionResult['error']> => ({
  code,
  ...(status !== undefined && { status }),
  ...(requestId !== undefined && { request_id: requestId }),
})

/** A refusal before anything was asked or sent. */
export function refused({ code, message, hint }: Refusal): ActionResult {
  return { state: 'not_done', message: `Nothing was placed. ${message} ${hint}`, error: { code } }
}

/** A failure of something that dials: whether a phone may have rung comes first. */
export function dialFailure(error: MovoiceError): ActionResult {
  const said = errorText(error)
  if (error instanceof BatchError) {
    const placed = error.parts.filter(({ outcome }) => outcome === 'placed').length
    return {
      state: error.sent === 'no' && placed === 0 ? 'not_done' : 'may_have_been_placed',
      message: `A part of the batch was placed, or may have been; the rest was not. ${said}`,
      parts: partsOf(error.parts),
      error: about(error),
    }
  }
  if (error instanceof UnexpectedResponseError && error.callId !== undefined) {
    return {
      state: 'placed',
      message: `The call was placed: ${error.callId}. Its answer could not be read in full, so look at it with get_call.`,
      call: { call_id: error.callId, status: 'unknown' },
      error: about(error),
    }
  }
  if (error.sent === 'maybe') {
    const candidates = error instanceof OutcomeUnknownError ? error.candidates : []
    return {
      state: 'may_have_been_placed',
      message: `The call may have been placed: the phone may have rung. ${said} Tell the user, and do not place it again before you have looked.`,
      ...(candidates.length > 0 && { candidates: candidates.map((call) => viewOf(call, false)) }),
      error: about(error),
    }
  }
  const original = error instanceof ConflictError ? error.call : undefined
  return {
    state: 'not_done',
    message: `Nothing was placed. ${said}`,
    ...(original !== undefined && { call: viewOf(original, false) }),
    error: about(error),
  }
}

/** A failure of a change: it sets absolute values, so doing it again does no harm. */
export function changeFailure(error: MovoiceError): ActionResult {
  const open = error.sent === 'no' || (error.status !== undefined && error.status < 500)
  return {
    state: 'not_done',
    message: `${open ? 'Nothing was changed.' : 'It is not known whether the agent was changed; read it with get_agent.'} ${errorText(error)}`,
    error: about(error),
  }
}

/** Gives the kit's own errors; anything else is a fault of the server and is thrown on. */
export function ours(error: unknown): MovoiceError {
  if (isMovoiceError(error)) return error
  throw error
}
