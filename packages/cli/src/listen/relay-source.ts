import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type Clock, isMovoiceError } from '@movoice-kit/core'
import { type CallEvent, verifyDelivery } from '@movoice-kit/core/events'
import type { HooksClient } from '@movoice-kit/hooks/client'
import type { Source, Take } from './source.ts'

export interface RelaySourceOptions {
  readonly client: HooksClient
  readonly url: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly everyMs: number
  readonly onTrouble: (line: string) => void
}

/** A relay on this machine can deliver to us; any other cannot reach us, so we look there. */
export function relaySource(options: RelaySourceOptions): Source {
  const { hostname } = new URL(options.url)
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) ? subscribed(options) : looking(options)
}

/** So long a subscription outlives us if we are killed, in milliseconds. */
const LIFE_MS = 10 * 60_000
/** It is renewed far more often than it has to be: that is how a relay that is gone is noticed. */
const RENEW_MS = 15_000

function subscribed({ client, url, clock, signal, onTrouble }: RelaySourceOptions): Source {
  return {
    says: `Subscribed to the relay at ${url} for as long as this runs.`,
    run: async (take, onReady) => {
      let secret = ''
      const server = createServer((request, response) => {
        receive(request, () => secret, take).then(
          (status) => response.writeHead(status).end(),
          () => response.writeHead(500).end(),
        )
      })
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(0, '127.0.0.1', resolve)
      })
      const { port } = server.address() as AddressInfo
      const expires = () => ({ expires_at: new Date(clock.now() + LIFE_MS).toISOString() })
      const subscribe = async (): Promise<string> => {
        const made = await client.subscribe({
          target_url: `http://127.0.0.1:${port}/`,
          event: '*',
          description: 'movoice listen',
          ...expires(),
        })
        secret = made.secret
        return made.id
      }
      try {
        let id = await subscribe()
        onReady()
        const renew = async (): Promise<void> => {
          try {
            await client.update(id, expires())
          } catch (error) {
            if (!isMovoiceError(error) || error.name !== 'NotFoundError') throw error
            id = await subscribe()
            onTrouble(
              'The relay had lost the subscription: subscribed anew. "movoice events list" has what it missed.',
            )
          }
        }
        let silent = false
        while (!signal.aborted) {
          await clock.sleep(RENEW_MS, signal)
          if (signal.aborted) break
          try {
            await renew()
            if (silent) onTrouble('The relay answers again.')
            silent = false
          } catch (error) {
            // With another token it will not take us back by itself.
            if (!isMovoiceError(error) || error.name === 'UnauthorizedError') throw error
            if (!silent)
              onTrouble(`No word from the relay: ${error.message} Asking again every ${RENEW_MS / 1000} s.`)
            silent = true
          }
        }
        await client.unsubscribe(id).catch((error: unknown) => {
          if (!isMovoiceError(error)) throw error
          onTrouble('The subscription could not be taken back: it runs out within 10 minutes.')
        })
      } finally {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}

async function receive(request: IncomingMessage, secret: () => string, take: Take): Promise<number> {
  const body = await buffer(request)
  try {
    verifyDelivery(body, request.headers, secret())
  } catch (error) {
    if (isMovoiceError(error)) return 401
    throw error
  }
  // What is not taken is offered again by the relay, as it would be by its own schedule.
  return (await take(JSON.parse(body.toString('utf8')) as CallEvent)) ? 204 : 500
}

const PAGE = 100

function looking({ client, url, clock, signal, everyMs, onTrouble }: RelaySourceOptions): Source {
  return {
    says: `Looking every ${everyMs / 1000} s at ${url}: a relay elsewhere cannot reach this machine.`,
    run: async (take, onReady) => {
      const seen = new Set<string>()
      for (const { id } of (await client.events({ limit: PAGE })).events) seen.add(id)
      onReady()
      while (!signal.aborted) {
        await clock.sleep(everyMs, signal)
        if (signal.aborted) return
        try {
          for (const event of await unseen(client, seen)) {
            seen.add(event.id)
            await take(event)
          }
        } catch (error) {
          if (!isMovoiceError(error)) throw error
          onTrouble(`${error.message} Looking again.`)
        }
      }
    },
  }
}

/** Oldest first. */
async function unseen(client: HooksClient, seen: ReadonlySet<string>): Promise<CallEvent[]> {
  const found: CallEvent[] = []
  let cursor: string | null = null
  do {
    const page = await client.events({ limit: PAGE, ...(cursor !== null && { cursor }) })
    const fresh = page.events.filter(({ id }) => !seen.has(id))
    found.push(...fresh)
    // A page that is known in part is the last one to hold anything new.
    cursor = fresh.length === PAGE ? page.next_cursor : null
  } while (cursor !== null)
  return found.reverse()
}
