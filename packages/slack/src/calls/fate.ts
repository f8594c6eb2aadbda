import { classifyNetworkError } from '@movoice-kit/core/engine'
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'

/** Slack says of these itself that part of the work may have been done. */
const IN_DOUBT = new Set(['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable'])

/** Slack's own word for why it refused; `undefined` if it did not answer. */
export function slackError(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined
}

/**
 * What became of a request to Slack that failed: it never left, Slack said no and did nothing, or nobody knows.
 *
 * @param error as Slack's client throws it
 */
export function fateOf(error: unknown): 'unsent' | 'refused' | 'unknown' {
  if (error instanceof WebAPIRateLimitedError) return 'refused'
  if (error instanceof WebAPIPlatformError) return IN_DOUBT.has(error.data.error) ? 'unknown' : 'refused'
  if (error instanceof WebAPIHTTPError) return error.statusCode === 429 ? 'refused' : 'unknown'
  if (!(error instanceof WebAPIRequestError)) return 'unknown'
  // fetch hides what went wrong one level deeper.
  const cause = (error.original as { readonly cause?: unknown }).cause ?? error.original
  const { sent } = classifyNetworkError(cause as { readonly code?: unknown; readonly syscall?: unknown })
  return sent === 'no' ? 'unsent' : 'unknown'
}
