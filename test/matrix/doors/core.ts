import { isMovoiceError, Movoice } from '@movoice-kit/core'
import { type Operation, type OperationName, operations, webhookEventTypes } from '@movoice-kit/core/contract'
import { parseWebhook, sampleWebhook, toCallEvent } from '@movoice-kit/core/events'
import { FUTURE_EVENT } from '../contract.ts'
import type { Door } from '../door.ts'
import { type FullApi, fullInput } from '../full-api.ts'

type Json = Record<string, unknown>

/** The client for code: asked for everything over a real connection. */
export function coreDoor(api: FullApi): Door {
  const movoice = new Movoice({ apiKey: 'sk_sandbox_matrix', baseUrl: api.baseUrl, maxRetries: 0 })
  const ask = async (name: OperationName): Promise<unknown> => {
    const [group, method] = name.split('.') as [string, string]
    const of = (movoice as unknown as Record<string, Record<string, unknown>>)[group]
    if (typeof of?.[method] !== 'function') return undefined
    const operation: Operation = operations[name]
    const { call_id, agent_id, ...rest } = fullInput(operation) as Json
    const first = operation.params === undefined ? [] : [call_id ?? agent_id]
    const input =
      operation.params === undefined ? { ...(agent_id !== undefined && { agent_id }), ...rest } : rest
    const second = operation.body === undefined && operation.query === undefined ? [] : [input]
    return (of[method] as (...args: unknown[]) => Promise<unknown>).call(of, ...first, ...second)
  }
  return {
    name: 'core',
    title: 'code',
    async operation(name) {
      return (await ask(name)) !== undefined
    },
    async inputs(name) {
      api.asked.length = 0
      await ask(name)
      return api.asked
        .filter(({ operation }) => operation === name)
        .flatMap(({ fields }) => Object.keys(fields))
    },
    async outputs(name) {
      const answer = (await ask(name)) as Json & { readonly items?: readonly Json[] }
      return Object.keys(answer.items?.[0] ?? answer)
    },
    events: () =>
      [...webhookEventTypes, FUTURE_EVENT]
        .map((event_type) => toCallEvent(parseWebhook(JSON.stringify({ event_type, call_id: 'call_1' }))))
        .map(({ type }) => type),
    eventFields: () => Object.keys(toCallEvent(sampleWebhook('call.completed'))),
    tells: ({ error }) => isMovoiceError(error) && error.message !== '' && error.hint !== '',
  }
}
