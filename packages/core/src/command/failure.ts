import { isMovoiceError } from '../engine/errors.ts'
import { isCommandError } from './command-error.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** An error as a command tells it: one line, and the code to end with. */
export interface Failure {
  /** One line: what happened and what to do next. */
  readonly line: string
  readonly exitCode: ExitCode
}

const REFUSALS = new Set([
  'InvalidRequestError',
  'UnauthorizedError',
  'ForbiddenError',
  'NotFoundError',
  'ConflictError',
  'UnprocessableError',
  'RateLimitedError',
])
const OUTAGES = new Set(['ServerError', 'ConnectionError', 'TimeoutError', 'UnexpectedResponseError'])

/**
 * What a command tells its user of an error, and the code it ends with; `undefined` for an error that is a fault
 * of the kit itself, whose stack is worth seeing.
 *
 * @example
 * describeFailure(new CommandError('Port 4010 is in use.')) // { line: 'Port 4010 is in use.', exitCode: 1 }
 */
export function describeFailure(error: unknown): Failure | undefined {
  if (isCommandError(error)) return { line: sentence(error.message, error.hint), exitCode: error.exitCode }
  if (isMovoiceError(error))
    return { line: sentence(error.message, error.hint), exitCode: exitCodeOf(error.name) }
  return undefined
}

function exitCodeOf(name: string): ExitCode {
  if (name === 'ValidationError') return exitCodes.usage
  if (REFUSALS.has(name)) return exitCodes.refused
  // Of a batch that broke off, a part was placed.
  if (name === 'OutcomeUnknownError' || name === 'BatchError') return exitCodes.unknown
  if (name === 'AbortedError') return exitCodes.interrupted
  return OUTAGES.has(name) ? exitCodes.unavailable : exitCodes.failed
}

function sentence(message: string, hint: string): string {
  return [message, hint]
    .filter((part) => part !== '')
    .join(' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
}
