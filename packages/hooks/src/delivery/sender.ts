import type { CancelSignal } from '@movoice-kit/core/engine'

/** One attempt, ready to go on the wire. */
export interface Shipment {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: CancelSignal
}

export type Receipt =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly retryAfter: string | undefined
      /** The beginning of the answer, for people. */
      readonly text: string
    }
  | { readonly kind: 'failed'; readonly error: string }

/** Sends one attempt. Never throws, never follows a redirect, never sends again. */
export interface Sender {
  send(shipment: Shipment): Promise<Receipt>
  close(): Promise<void>
}
