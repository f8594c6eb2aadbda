import { WebClient, type WebClientOptions } from '@slack/web-api'
import type { Desk } from './desk.ts'

type Pair = Awaited<ReturnType<Desk['slack']>>

/** Tokens rotate: past this many, the clients of old ones are let go. */
const MOST = 500

/** Slack's clients by token, made once each. */
export function slackClients(options: WebClientOptions): (token: string) => Pair {
  const clients = new Map<string, Pair>()
  return (token) => {
    let pair = clients.get(token)
    if (pair === undefined) {
      if (clients.size > MOST) clients.clear()
      pair = {
        client: new WebClient(token, options),
        post: new WebClient(token, { ...options, retryConfig: { retries: 0 } }),
      }
      clients.set(token, pair)
    }
    return pair
  }
}
