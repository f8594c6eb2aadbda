import type { Clock, Transport } from '@movoice-kit/core/engine'
import type { RequestSeen } from './observer.ts'

/** A transport whose requests are seen: what the sweep and the completion cost at the API. */
export function watchedTransport(
  transport: Transport,
  {
    account,
    clock,
    onRequest,
  }: {
    readonly account: string
    readonly clock: Clock
    readonly onRequest: (seen: RequestSeen) => void
  },
): Transport {
  return async (request) => {
    const startedAt = clock.now()
    const operation = operationOf(request.method, request.url)
    let status: number | undefined
    try {
      const response = await transport(request)
      status = response.status
      return response
    } finally {
      onRequest({ account, operation, status, startedAt, endedAt: clock.now() })
    }
  }
}

function operationOf(method: string, url: string): RequestSeen['operation'] {
  const path = url.split('?')[0] ?? ''
  if (method !== 'GET') return 'other'
  if (path.endsWith('/calls')) return 'calls.list'
  if (/\/calls\/[^/]+$/.test(path)) return 'calls.get'
  return /\/agents\/[^/]+$/.test(path) ? 'agents.get' : 'other'
}
