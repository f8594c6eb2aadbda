import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NotFoundError } from '@movoice-kit/core'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { createHooks } from '@movoice-kit/hooks'
import { HooksClient } from '@movoice-kit/hooks/client'
import { createReceiver, type Receiver } from './receiver.ts'
import type { Timeline } from './timeline.ts'

/** The webhook relay of the demo, with a subscriber of its own. */
export interface Relay {
  readonly url: string
  readonly token: string
  readonly webhookSecret: string
  readonly receiver: Receiver
  /** Whether the relay holds the event with this id. */
  readonly stored: (eventId: string) => Promise<boolean>
  close(): Promise<void>
}

/** Starts a relay with its data in a temporary folder, and subscribes a receiver through `POST /hooks`. */
export async function startRelay(
  timeline: Timeline,
  account: {
    readonly apiKey: string
    readonly baseUrl: string | undefined
    /** How often the list of calls is looked at, in milliseconds; hooks' own habit if not given. */
    readonly sweepIntervalMs?: number
  },
): Promise<Relay> {
  const folder = await mkdtemp(join(tmpdir(), 'movoice-demo-'))
  const token = randomBytes(24).toString('base64url')
  const webhookSecret = randomBytes(24).toString('base64url')
  const hooks = await createHooks({ dataDir: folder, token, webhookSecret, ...account })
  timeline.tell('hooks', `ready on ${hooks.url}, data on disk in a temporary folder`)
  const receiver = await createReceiver()
  const client = new HooksClient({ url: hooks.url, token, transport: fetchTransport() })
  const { id, secret } = await client.subscribe({ target_url: receiver.url, event: '*' })
  receiver.trust(secret)
  timeline.tell('subscriber', `subscribed to every event: POST /hooks → ${id}`)
  return {
    url: hooks.url,
    token,
    webhookSecret,
    receiver,
    stored: (eventId) => isStored(client, eventId),
    close: async () => {
      await hooks.close()
      await receiver.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function isStored(client: HooksClient, eventId: string): Promise<boolean> {
  try {
    await client.event(eventId)
    return true
  } catch (error) {
    if (error instanceof NotFoundError) return false
    throw error
  }
}
