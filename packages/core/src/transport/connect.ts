import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'

export interface ConnectOptions {
  readonly ca: string | undefined
  readonly connectTimeoutMs: number
}

/**
 * Agents that keep connections alive, and give up on one that does not come to stand. Without that bound, a host that
 * swallows packets would use up the time for the whole attempt, and it would not be known that nothing was sent.
 */
export function agents({ ca, connectTimeoutMs }: ConnectOptions) {
  const httpAgent = new HttpAgent({ keepAlive: true })
  const httpsAgent = new HttpsAgent({ keepAlive: true, ...(ca !== undefined && { ca }) })
  bound(httpAgent, 'connect', connectTimeoutMs)
  bound(httpsAgent, 'secureConnect', connectTimeoutMs)
  return { httpAgent, httpsAgent }
}

function bound(agent: HttpAgent, event: string, ms: number): void {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback)
    if (socket !== null && socket !== undefined) giveUpAfter(socket, event, ms)
    return socket
  }
}

function giveUpAfter(socket: Duplex, event: string, ms: number): void {
  const timer = setTimeout(() => {
    // As the system itself would put it, only sooner.
    socket.destroy(Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT', syscall: 'connect' }))
  }, ms)
  const clear = () => clearTimeout(timer)
  socket.once(event, clear)
  socket.once('close', clear)
}
