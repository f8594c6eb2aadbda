import {
  AbortedError,
  ConnectionError,
  type ErrorDetails,
  type MovoiceError,
  TimeoutError,
  UnexpectedResponseError,
} from './errors.ts'
import { TransportFailure } from './transport.ts'

/** What to do when a call's fate is open. */
export const LOOK_FIRST = 'The phone may have rung: look at the list of calls before you place it again.'

/** Makes an error of the kit from what a transport threw. Of that, only the system's code is kept. */
export function errorFromFailure(thrown: unknown, attempts: number, dials: boolean): MovoiceError {
  const failure = thrown instanceof TransportFailure ? thrown : new TransportFailure('unknown', 'maybe')
  const code = failure.code === undefined ? '' : ` (${failure.code})`
  const details: ErrorDetails = { attempts, sent: failure.sent }
  const lost = dials && failure.sent === 'maybe' ? LOOK_FIRST : 'Try again.'
  switch (failure.kind) {
    case 'dns':
      return new ConnectionError('dns_failed', `The API's host name could not be resolved${code}.`, {
        ...details,
        hint: 'Check the base URL and this machine’s DNS; nothing was sent.',
      })
    case 'connect':
      return new ConnectionError('connect_failed', `No connection to the API${code}.`, {
        ...details,
        hint: 'Check the base URL, the network and any proxy; nothing was sent.',
      })
    case 'tls':
      return new ConnectionError('tls_failed', `The API's certificate was not accepted${code}.`, {
        ...details,
        hint: 'Check the base URL, this machine’s clock and its trusted certificates; nothing was sent.',
      })
    case 'timeout':
      return timedOut(attempts, dials)
    case 'aborted':
      return aborted(attempts, failure.sent)
    case 'too_large':
      return new UnexpectedResponseError('answer_too_large', 'The answer is larger than the client reads.', {
        ...details,
        hint: lost,
      })
    default:
      return new ConnectionError(
        'connection_lost',
        `The connection was lost before the answer was read${code}.`,
        {
          ...details,
          hint: lost,
        },
      )
  }
}

/** No whole answer within one attempt's time. */
export function timedOut(attempts: number, dials: boolean): TimeoutError {
  return new TimeoutError('timeout', 'No whole answer came in time.', {
    attempts,
    sent: 'maybe',
    hint: dials ? LOOK_FIRST : 'Try again, or allow more time with timeoutMs.',
  })
}

/** There is no time left for another attempt; what the ones before did, they told. */
export function deadlinePassed(attempts: number): TimeoutError {
  return new TimeoutError(
    'deadline_passed',
    'The time allowed for the request was over before it was sent.',
    {
      attempts,
      sent: 'no',
      hint: 'Try again, or allow more time with deadlineMs.',
    },
  )
}

/** The caller's signal fired. */
export function aborted(attempts: number, sent: 'no' | 'maybe'): AbortedError {
  return new AbortedError('aborted', 'The request was aborted by its caller.', {
    attempts,
    sent,
    hint:
      sent === 'no'
        ? 'Nothing was placed.'
        : 'It was under way: look at the list of calls before you place it again.',
  })
}
