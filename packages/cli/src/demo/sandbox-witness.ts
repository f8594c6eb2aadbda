import { CommandError } from '@movoice-kit/core/command'

/** What the sandbox's log says of the webhook that told of a call's end. */
export interface WebhookTaken {
  /** When the sandbox's call ended, on this machine's clock, in milliseconds since 1970. */
  readonly sentAt: number
  /** What the relay answered. */
  readonly status: number
}

export interface SandboxWitness {
  sendWebhooksTo(url: string, secret: string): Promise<void>
  /** Whether the sandbox's phone network has seen this call ring. */
  rang(callId: string): Promise<boolean>
  /** The answer to the webhook of this event, once it was taken. */
  webhookTaken(callId: string, type: string): Promise<WebhookTaken | undefined>
}

interface Log {
  readonly deliveries: readonly {
    readonly call_id: string
    readonly event_type: string
    readonly attempts: readonly { readonly at: string; readonly result: number | string }[]
  }[]
}

/** Asks the sandbox's control routes what happened there. */
export function sandboxWitness(controlUrl: string, speed: number, now: () => number): SandboxWitness {
  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${controlUrl}${path}`, {
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    if (!answer.ok) throw new CommandError(`The sandbox answered ${answer.status} to ${path}.`)
    return (await answer.json()) as T
  }
  return {
    sendWebhooksTo: async (url, secret) => {
      await ask('/webhook', { url, secret })
    },
    rang: async (callId) => {
      const { calls } = await ask<{ readonly calls: readonly { readonly call_id: string }[] }>('/calls')
      return calls.some((ring) => ring.call_id === callId)
    },
    webhookTaken: async (callId, type) => {
      const { deliveries } = await ask<Log>('/deliveries')
      const found = deliveries.find((one) => one.call_id === callId && one.event_type === type)
      const attempt = found?.attempts.find(({ result }) => typeof result === 'number')
      if (attempt === undefined || typeof attempt.result !== 'number') return undefined
      if (attempt.result < 200 || attempt.result > 299) {
        throw new CommandError(`The relay answered ${attempt.result} to the webhook ${type}.`)
      }
      // The sandbox's time runs faster than ours: what it calls then is read back to our clock from its now.
      const clock = await ask<{ readonly now: string }>('/advance', { seconds: 0 })
      const ago = (Date.parse(clock.now) - Date.parse(attempt.at)) / speed
      return { sentAt: now() - ago, status: attempt.result }
    },
  }
}
