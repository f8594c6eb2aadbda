// Who is told: counts what comes, and how often.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A subscriber that outlives every server that tells it something. */
export class Subscriber {
  /** How often each delivery came, by its `webhook-id`. */
  readonly times = new Map<string, number>()
  /** Ids under which a call was told. */
  readonly idsOf = new Map<string, Set<string>>()
  /** Deliveries that came again. */
  repeats = 0
  readonly #server: Server
  readonly #answerMs: number

  private constructor(answerMs: number) {
    this.#answerMs = answerMs
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('error', () => undefined)
      request.on('end', () => {
        this.#take(String(request.headers['webhook-id']), Buffer.concat(chunks).toString('utf8'))
        setTimeout(() => response.writeHead(204).end(), this.#answerMs * 2 * Math.random())
      })
    })
  }

  static async start(answerMs: number): Promise<Subscriber> {
    const subscriber = new Subscriber(answerMs)
    await new Promise<void>((resolve, reject) => {
      subscriber.#server.once('error', reject)
      subscriber.#server.listen(0, '127.0.0.1', resolve)
    })
    return subscriber
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`
  }

  #take(id: string, body: string): void {
    const before = this.times.get(id) ?? 0
    this.times.set(id, before + 1)
    if (before > 0) this.repeats += 1
    const { call_id } = JSON.parse(body) as { call_id: string }
    const ids = this.idsOf.get(call_id) ?? new Set()
    ids.add(id)
    this.idsOf.set(call_id, ids)
  }

  /** Calls among those given that were never told. */
  missing(calls: Iterable<string>): string[] {
    return [...calls].filter((call) => !this.idsOf.has(call))
  }

  /** Calls that were told under more than one id. */
  get twoIds(): string[] {
    return [...this.idsOf].filter(([, ids]) => ids.size > 1).map(([call]) => call)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
