import { Agent, type Dispatcher } from 'undici'
import { guardedConnector, type Resolve } from '../guard/connector.ts'
import type { AddressPolicy } from '../guard/policy.ts'
import type { Receipt, Sender, Shipment } from './sender.ts'

const KEEP_TEXT_BYTES = 512
const MAX_ANSWER_BYTES = 256 * 1024
/** Answers before the answer (1xx): whoever sends more than anybody has a use for only keeps us busy. */
const MAX_INTERIM = 16

export interface UndiciSenderOptions {
  readonly connectionsPerHost?: number | undefined
  /** How names are looked up; the system's way if not given. */
  readonly resolve?: Resolve | undefined
}

/** Sends by undici's pools, to addresses the policy allows and no others. */
export function undiciSender(
  policy: AddressPolicy,
  { connectionsPerHost = 64, resolve }: UndiciSenderOptions = {},
): Sender {
  const agent = new Agent({
    connections: connectionsPerHost,
    connect: guardedConnector(policy, resolve),
    keepAliveTimeout: 15_000,
    // The dispatcher bounds every attempt as a whole.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return { send: (shipment) => send(agent, shipment), close: () => agent.destroy() }
}

function send(agent: Agent, { url, headers, body, signal }: Shipment): Promise<Receipt> {
  return new Promise((resolve) => {
    const { origin, pathname, search } = new URL(url)
    let abort: ((reason: Error) => void) | undefined
    let status = 0
    let retryAfter: string | undefined
    let size = 0
    let interim = 0
    const kept: Buffer[] = []
    const onAbort = () => finish({ kind: 'failed', error: 'timeout' })
    const finish = (receipt: Receipt) => {
      signal.removeEventListener('abort', onAbort)
      resolve(receipt)
      if (receipt.kind === 'failed') abort?.(new Error('abandoned'))
    }
    if (signal.aborted) return finish({ kind: 'failed', error: 'timeout' })
    signal.addEventListener('abort', onAbort)
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        abort = (reason) => controller.abort(reason)
        if (signal.aborted) controller.abort(new Error('abandoned'))
      },
      onResponseStart: (controller, code, answered) => {
        if (code < 200) {
          interim += 1
          if (interim > MAX_INTERIM) controller.abort(new Error('too many interim answers'))
          return
        }
        status = code
        const written = answered['retry-after']
        retryAfter = typeof written === 'string' ? written : written?.[0]
      },
      onResponseData: (controller, chunk) => {
        if (size < KEEP_TEXT_BYTES) kept.push(chunk.subarray(0, KEEP_TEXT_BYTES - size))
        size += chunk.length
        if (size > MAX_ANSWER_BYTES) controller.abort(new Error('answer too large'))
      },
      onResponseEnd: () => {
        finish({ kind: 'answered', status, retryAfter, text: Buffer.concat(kept).toString('utf8') })
      },
      onResponseError: (_controller, error) => {
        if (size > MAX_ANSWER_BYTES) {
          finish({ kind: 'answered', status, retryAfter, text: Buffer.concat(kept).toString('utf8') })
        } else finish({ kind: 'failed', error: codeOf(error) })
      },
    }
    try {
      agent.dispatch({ origin, path: `${pathname}${search}`, method: 'POST', headers, body }, handler)
    } catch (error) {
      finish({ kind: 'failed', error: codeOf(error) })
    }
  })
}

function codeOf(error: unknown): string {
  const { code, message, errors } = error as {
    readonly code?: unknown
    readonly message?: unknown
    readonly errors?: readonly unknown[]
  }
  if (typeof code === 'string') return code
  if (errors?.[0] !== undefined) return codeOf(errors[0])
  return typeof message === 'string' ? message : 'unknown'
}
