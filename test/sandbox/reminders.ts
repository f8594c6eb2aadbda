import type { Movoice } from '@movoice-kit/core'
import { parseWebhook, verifyWebhook } from '@movoice-kit/core/events'

export interface Patient {
  readonly name: string
  readonly phone: string
}

/** Calls patients and sorts them by what came of it. */
export class Reminders {
  readonly booked: string[] = []
  readonly notReached: string[] = []
  readonly #movoice: Movoice
  readonly #secret: string
  readonly #waiting = new Map<string, Patient>()

  constructor(movoice: Movoice, secret: string) {
    this.#movoice = movoice
    this.#secret = secret
  }

  async call(patient: Patient): Promise<void> {
    const { call_id } = await this.#movoice.calls.create({
      agent_id: 'agent_clinic',
      recipient_phone: patient.phone,
      variables: { name: patient.name },
    })
    this.#waiting.set(call_id, patient)
  }

  /** What your server does with a webhook. */
  receive(rawBody: string, headers: Record<string, string | string[] | undefined>): void {
    verifyWebhook(rawBody, headers, this.#secret)
    const event = parseWebhook(rawBody)
    const patient = this.#waiting.get(String(event.call_id))
    if (patient === undefined) return
    if (event.event_type !== 'call.completed' && event.event_type !== 'call.failed') return
    this.#waiting.delete(String(event.call_id))
    if (event.outcome === 'BOOKED') this.booked.push(patient.name)
    else this.notReached.push(patient.name)
  }
}
