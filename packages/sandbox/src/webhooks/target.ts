import { type WebhookEventType, webhookEventTypes } from '@movoice-kit/core/contract'
import { isLoopback } from './loopback.ts'

/** Where the sandbox's webhooks go. */
export interface WebhookTarget {
  readonly url: string
  readonly secret: string
  /** Only these; all if not given. */
  readonly events?: readonly WebhookEventType[] | undefined
}

export interface TargetProblem {
  readonly param: string
  readonly message: string
}

/** Reads a webhook target, or says what is wrong with it. */
export function readTarget(
  value: unknown,
  allowRemote: boolean,
): { readonly target: WebhookTarget } | { readonly problem: TargetProblem } {
  const wrong = (param: string, message: string) => ({ problem: { param, message } })
  if (typeof value !== 'object' || value === null) return wrong('url', 'must be a URL')
  const { url, secret, events } = value as Record<string, unknown>
  if (typeof url !== 'string' || !URL.canParse(url))
    return wrong('url', 'must be a URL such as http://127.0.0.1:4020/movoice')
  const parsed = new URL(url)
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    return wrong('url', 'must begin with http:// or https://')
  if (!allowRemote && !isLoopback(parsed.hostname))
    return wrong(
      'url',
      `must be on this machine (127.0.0.1, [::1] or localhost), not ${parsed.hostname}: start the sandbox with --allow-remote to send webhooks elsewhere`,
    )
  if (typeof secret !== 'string' || secret === '') return wrong('secret', 'must be a text that is not empty')
  if (events !== undefined && events !== null) {
    if (!Array.isArray(events)) return wrong('events', 'must be a list of event types')
    const known: readonly unknown[] = webhookEventTypes
    const strange = events.find((event: unknown) => !known.includes(event))
    if (strange !== undefined || events.length === 0)
      return wrong('events', `must be some of ${webhookEventTypes.join(', ')}`)
  }
  return {
    target: { url, secret, ...(Array.isArray(events) && { events: events as WebhookEventType[] }) },
  }
}
