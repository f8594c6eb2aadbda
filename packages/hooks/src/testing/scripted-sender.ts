import type { Clock } from '@movoice-kit/core'
import type { Receipt, Sender, Shipment } from '../delivery/sender.ts'

export interface Sent {
  readonly at: number
  readonly url: string
  readonly id: string
  readonly event: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type Script = (sent: Sent, shipment: Shipment) => Receipt | Promise<Receipt>

/** An endpoint without a network, on whatever clock a test runs. */
export class ScriptedSender implements Sender {
  readonly sent: Sent[] = []
  readonly #clock: Clock
  script: Script = () => ScriptedSender.answer(200)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  static answer(status: number, retryAfter?: string): Receipt {
    return { kind: 'answered', status, retryAfter, text: '' }
  }

  async send(shipment: Shipment): Promise<Receipt> {
    const { url, headers, body } = shipment
    const id = headers['webhook-id'] ?? ''
    const sent = {
      at: this.#clock.now(),
      url,
      id,
      event: (JSON.parse(body) as { id: string }).id,
      headers,
      body,
    }
    this.sent.push(sent)
    return this.script(sent, shipment)
  }

  async close(): Promise<void> {
    // There is nothing to let go of.
  }
}
