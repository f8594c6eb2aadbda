import { VirtualClock } from '@movoice-kit/core/testing'
import { createHooks } from '../create-hooks.ts'
import { ScriptedApi, type ScriptedCall } from './scripted-api.ts'
import { ScriptedSender } from './scripted-sender.ts'
import { Running, SECRET, TURNS } from './start.ts'

export interface RelayDayOptions {
  /** All calls of the day. Times in seconds since the day began. */
  readonly calls: readonly {
    readonly at: number
    readonly lasts: number
    readonly fate?: ScriptedCall['fate']
  }[]
  /** Whether Movoice's webhooks arrive; without them the server is given no secret, and polls. */
  readonly webhooks: boolean
  /** What this API is like; see {@link ScriptedApi}. */
  readonly saysTotal?: boolean
  readonly knowsStatus?: boolean
  readonly sweepIntervalMs?: number
  /** For how long lists fail, from the beginning of the day, in seconds. */
  readonly listsDownFor?: number
}

export interface RelayDay {
  readonly lists: number
  readonly gets: number
  readonly agents: number
  /** The most that any one call was asked for by its id. */
  readonly mostGets: number
  /** Calls that ended by the end of the day. */
  readonly ended: number
  /** Calls whose end was told. */
  readonly told: number
  /** Deliveries that were made, and different ids among them. */
  readonly deliveries: number
  readonly ids: number
  /** From a call's end until it was told, in milliseconds. */
  readonly lateMs: readonly number[]
}

const START = Date.UTC(2026, 0, 1)
const DAY_MS = 24 * 3_600_000

/** A day of a relay in virtual time, against an API that counts what it is asked. */
export async function relayDay({
  calls,
  webhooks,
  saysTotal = true,
  knowsStatus = true,
  sweepIntervalMs,
  listsDownFor = 0,
}: RelayDayOptions): Promise<RelayDay> {
  const clock = new VirtualClock(START, TURNS)
  const api = new ScriptedApi(clock)
  api.saysTotal = saysTotal
  api.knowsStatus = knowsStatus
  api.listsDownUntil = START + listsDownFor * 1_000
  const began = START / 1000
  for (const [index, { at, lasts, fate }] of calls.entries()) {
    api.calls.push({
      id: `call_${index}`,
      created: began + at,
      ended: began + at + lasts,
      ...(fate !== undefined && { fate }),
    })
  }
  const sender = new ScriptedSender(clock)
  const hooks = await createHooks({
    ...(webhooks && { webhookSecret: SECRET }),
    apiKey: 'sk_scripted',
    plan: 'enterprise',
    transport: api.transport,
    sender,
    clock,
    sweepIntervalMs,
    rateLimits: { read: 1_000_000, manage: 1_000_000 },
  })
  try {
    const running = new Running(hooks)
    await running.client.subscribe({ target_url: 'http://127.0.0.1:9/', event: '*' })
    const ends = [...api.calls].sort((a, b) => a.ended - b.ended)
    for (const call of webhooks ? ends : []) {
      if (call.ended * 1000 >= START + DAY_MS) break
      await clock.advance(Math.max(0, call.ended * 1000 - clock.now()))
      const failed = call.fate === 'failed'
      await running.webhook({
        event_type: failed ? 'call.failed' : 'call.completed',
        call_id: call.id,
        ...(failed ? { reason: 'no_answer' } : { duration: call.ended - call.created, outcome: 'BOOKED' }),
      })
    }
    await clock.advance(START + DAY_MS - clock.now())
    const asked = { ...api.asked }
    const mostGets = Math.max(0, ...api.getsOf.values())
    // What ended last is still on its way; it is told after the day that is counted.
    await clock.advance(3_600_000)
    const over = new Map(
      ends.filter(({ ended }) => ended * 1000 < START + DAY_MS).map(({ id, ended }) => [id, ended]),
    )
    const lateMs = sender.sent.flatMap(({ event, at }) => {
      const ended = over.get(event.split(':')[0] ?? '')
      return ended === undefined ? [] : [at - ended * 1000]
    })
    const told = new Set(sender.sent.map(({ event }) => event.split(':')[0]))
    return {
      ...asked,
      mostGets,
      ended: over.size,
      told: [...over.keys()].filter((id) => told.has(id)).length,
      deliveries: sender.sent.length,
      ids: new Set(sender.sent.map(({ id }) => id)).size,
      lateMs,
    }
  } finally {
    await clock.run(hooks.close())
  }
}
