import { MovoiceClient } from '@movoice-kit/core/engine'
import type { IExecuteFunctions } from 'n8n-workflow'
import { n8nClock } from './clock.ts'
import { readCredentials } from './credentials.ts'
import { type Functions, n8nTransport } from './transport.ts'

/** Many items meet a plan's limit of calls a minute: each waits for its turn, as long as Movoice says. */
const LONGEST_PAUSE_MS = 120_000
const LONGEST_REQUEST_MS = 15 * 60_000
const ATTEMPTS_AFTER_THE_FIRST = 6

/** The kit's client on n8n's HTTP helper and clock, with the node's credential. */
export async function movoiceClient(functions: Functions): Promise<MovoiceClient> {
  const { apiKey, baseUrl } = await readCredentials(functions)
  return new MovoiceClient(
    {
      apiKey,
      baseUrl,
      maxRetries: ATTEMPTS_AFTER_THE_FIRST,
      maxRetryWaitMs: LONGEST_PAUSE_MS,
      deadlineMs: LONGEST_REQUEST_MS,
      userAgent: 'n8n-nodes-movoice',
    },
    { transport: n8nTransport(functions), clock: n8nClock, random: Math.random },
  )
}

/** The signal by which n8n stops an execution, where there is one. */
export function cancelSignal(functions: IExecuteFunctions): AbortSignal | undefined {
  return typeof functions.getExecutionCancelSignal === 'function'
    ? functions.getExecutionCancelSignal()
    : undefined
}
