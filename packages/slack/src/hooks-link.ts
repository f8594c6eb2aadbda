import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Clock, isMovoiceError } from '@movoice-kit/core/engine'
import { type CallEvent, callEvent, verifyDelivery } from '@movoice-kit/core/events'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { HooksClient } from '@movoice-kit/hooks/client'
import type { CustomRoute } from '@slack/bolt'
import * as z from 'zod/mini'
import { errorFields, type Log } from './calls/log.ts'

export interface HooksSettings {
  /** Where the hooks server is. */
  readonly url: string
  readonly token: string
}

const PATH = '/movoice/events'
const MAX_BYTES = 2_000_000

/** Takes the hooks server's deliveries: each is verified, kept, and only then answered. */
export class HooksLink {
  readonly #settings: HooksSettings
  readonly #log: Log
  #secret: string | undefined
  #take: ((event: CallEvent) => Promise<void>) | undefined

  constructor(settings: HooksSettings, log: Log) {
    this.#settings = settings
    this.#log = log
  }

  get route(): CustomRoute {
    return {
      path: PATH,
      method: 'POST',
      handler: (request, response) => {
        this.#receive(request, response).catch((error: unknown) => {
          this.#log.error(errorFields(error), 'a delivery could not be kept; the hooks server sends it again')
          response.writeHead(500).end()
        })
      },
    }
  }

  /**
   * Subscribes to every event. Repeated starts, and several processes behind one address, share one subscription.
   *
   * @param origin where the hooks server reaches this app
   * @throws {@link MovoiceError} if the hooks server cannot be reached or refuses
   */
  async connect(origin: string, take: (event: CallEvent) => Promise<void>): Promise<void> {
    this.#take = take
    const { url, token } = this.#settings
    const hooks = new HooksClient({ url, token, transport: fetchTransport() })
    const target = `${origin.replace(/\/+$/, '')}${PATH}`
    const { secret } = await hooks.subscribe({
      target_url: target,
      event: '*',
      description: 'Movoice in Slack',
      idempotency_key: `slack:${target}`.slice(0, 200),
    })
    this.#secret = secret
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    let size = 0
    for await (const part of request) {
      size += (part as Buffer).length
      if (size > MAX_BYTES) {
        response.writeHead(413).end()
        return
      }
      parts.push(part as Buffer)
    }
    const raw = Buffer.concat(parts)
    if (this.#secret === undefined || this.#take === undefined) {
      // The subscription is being made: the hooks server comes back.
      response.writeHead(503, { 'retry-after': '5' }).end()
      return
    }
    try {
      verifyDelivery(raw, request.headers, this.#secret)
    } catch (error) {
      if (!isMovoiceError(error)) throw error
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { code: error.code, message: error.message } }))
      return
    }
    const event = readEvent(raw)
    if (event === undefined) {
      response.writeHead(400).end()
      return
    }
    await this.#take(event)
    response.writeHead(204).end()
  }
}

/** Keeps at it: the app is of use without the hooks server, and of more with it. */
export async function keepConnecting(
  link: HooksLink,
  origin: string,
  take: (event: CallEvent) => Promise<void>,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  for (let pause = 1000; !signal.aborted; pause = Math.min(pause * 2, 60_000)) {
    try {
      return await link.connect(origin, take)
    } catch (error) {
      log.warn(
        errorFields(error),
        'the hooks server could not be subscribed to; results come by the sweep meanwhile',
      )
      await clock.sleep(pause, signal)
    }
  }
}

// Loose, as a newer hooks server may tell more.
const shape = z.looseObject(callEvent.shape)

function readEvent(raw: Buffer): CallEvent | undefined {
  try {
    const read = z.safeParse(shape, JSON.parse(raw.toString('utf8')))
    return read.success ? (read.data as CallEvent) : undefined
  } catch {
    return undefined
  }
}
