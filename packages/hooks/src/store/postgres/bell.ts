import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Bell } from '../database.ts'

export interface PostgresBellOptions {
  readonly connectionString: string
  /** This process, which need not hear itself. */
  readonly name: string
  /** Sends one statement over whichever connection is free. */
  readonly say: (channel: string, name: string) => Promise<unknown>
  /** Told when nothing can be heard for now: what others do is then found by looking. */
  readonly onLost?: ((error: Error) => void) | undefined
}

const CHANNEL = 'movoice_hooks'
/** PostgreSQL lets one commit with a notification through at a time, so there are few, and none is in another's way. */
const EVERY_MS = 50
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5_000

/**
 * LISTEN and NOTIFY, on a connection of its own that is made again when it is lost. Rung after a commit rather than
 * in it: a ring that is lost with its process is only late.
 */
export class PostgresBell implements Bell {
  readonly #options: PostgresBellOptions
  readonly #listeners = new Set<() => void>()
  readonly #end = new AbortController()
  readonly #hearing: Promise<void>
  #ringing: Promise<void> | undefined
  #rungAt = Number.NEGATIVE_INFINITY

  constructor(options: PostgresBellOptions) {
    this.#options = options
    this.#hearing = this.#hear()
  }

  listen(listener: () => void): void {
    this.#listeners.add(listener)
  }

  ring(): void {
    this.#ringing ??= this.#ring()
  }

  async close(): Promise<void> {
    this.#end.abort()
    await Promise.all([this.#hearing, this.#ringing])
  }

  async #ring(): Promise<void> {
    await this.#pause(EVERY_MS - (performance.now() - this.#rungAt))
    this.#rungAt = performance.now()
    // Whoever rings from here on is told of by the next one.
    this.#ringing = undefined
    if (this.#end.signal.aborted) return
    await this.#options
      .say(CHANNEL, this.#options.name)
      .catch((error: Error) => this.#options.onLost?.(error))
  }

  async #hear(): Promise<void> {
    let pause = FIRST_PAUSE_MS
    while (!this.#end.signal.aborted) {
      try {
        await this.#hearOnce(() => {
          pause = FIRST_PAUSE_MS
        })
      } catch (error) {
        this.#options.onLost?.(error as Error)
      }
      await this.#pause(pause)
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS)
    }
  }

  /** Listens for as long as the connection lasts. */
  async #hearOnce(onReady: () => void): Promise<void> {
    const { connectionString, name } = this.#options
    const client = new pg.Client({
      connectionString,
      application_name: 'movoice-hooks-bell',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    })
    const over = new Promise<void>((resolve, reject) => {
      // However many there are: a second one that nobody listened to would end the process.
      client.on('error', reject)
      client.once('end', resolve)
      this.#end.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    // Looked at below; until then it must not count as unhandled.
    over.catch(() => undefined)
    client.on('notification', ({ payload }) => {
      if (payload !== name) this.#tell()
    })
    try {
      await client.connect()
      await client.query(`listen ${CHANNEL}`)
      onReady()
      // What was rung while nobody listened.
      this.#tell()
      await over
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  async #pause(ms: number): Promise<void> {
    if (ms <= 0) return
    await sleep(ms, undefined, { signal: this.#end.signal }).catch(() => undefined)
  }
}
