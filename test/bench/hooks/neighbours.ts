// Whether one endpoint that never answers makes the others wait: two servers side by side, with fifty endpoints each,
// one of the first server's silent. They take turns of a few events, so that what else goes on meets both alike; a
// third server, like the second, shows how far apart two are that do not differ. None waits for the disk.
import { setTimeout as sleep } from 'node:timers/promises'
import { createHooks } from '@movoice-kit/hooks'
import { completed, Receiver, Running, SECRET } from '@movoice-kit/hooks/testing'
import { median, quantile } from './load.ts'

const ENDPOINTS = 50
const GROUPS = 12
const TURNS_A_GROUP = 3
const EVENTS_A_TURN = 8
const PAUSE_MS = 20

interface Side {
  readonly running: Running
  readonly receivers: readonly Receiver[]
  /** When each call was sent. */
  readonly sent: Map<string, number>
  /** From a webhook's being sent to its delivery, for all but the first endpoint, since it was last asked. */
  take(): number[]
}

export interface Neighbours {
  /** Of the 99th percentiles, with the silent one to without it: the median over all groups, and its range. */
  readonly ratio: number
  readonly range: readonly [number, number]
  /** The same for two servers without a silent one: what this machine makes of no difference at all. */
  readonly noise: number
  readonly besideMs: number
  readonly aloneMs: number
}

async function side(silent: boolean): Promise<Side> {
  const receivers = await Promise.all(Array.from({ length: ENDPOINTS }, () => Receiver.start()))
  const [first] = receivers
  if (silent && first !== undefined) first.answer = () => undefined
  const running = new Running(await createHooks({ webhookSecret: SECRET }))
  for (const { url } of receivers) await running.client.subscribe({ target_url: url, event: '*' })
  const sent = new Map<string, number>()
  const take = () =>
    receivers
      .slice(1)
      .flatMap(({ received }) =>
        received
          .splice(0)
          .map(({ at, body }) => at - (sent.get((JSON.parse(body) as { call_id: string }).call_id) ?? at)),
      )
  return { running, receivers, sent, take }
}

async function turn({ running, receivers, sent }: Side, name: string): Promise<void> {
  const before = receivers.map(({ received }) => received.length)
  for (let event = 0; event < EVENTS_A_TURN; event += 1) {
    const call = `${name}_${event}`
    sent.set(call, performance.now())
    await running.webhook(completed(call))
    await sleep(PAUSE_MS)
  }
  const all = () =>
    receivers.every(
      ({ received }, index) => index === 0 || received.length >= (before[index] ?? 0) + EVENTS_A_TURN,
    )
  while (!all()) await sleep(5)
}

export async function neighbours(): Promise<Neighbours> {
  const alone = await side(false)
  const beside = await side(true)
  const like = await side(false)
  const groups: { readonly beside: number; readonly alone: number; readonly like: number }[] = []
  for (let group = -1; group < GROUPS; group += 1) {
    for (let number = 0; number < TURNS_A_GROUP; number += 1) {
      const all = [alone, beside, like]
      const order = [...all.slice(number % 3), ...all.slice(0, number % 3)]
      for (const one of order) await turn(one, `call_${group}_${number}`)
    }
    const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = [alone, beside, like].map((one) =>
      quantile(one.take(), 0.99),
    )
    // The first one warms all of them up.
    if (group >= 0) groups.push({ alone: a, beside: b, like: c })
  }
  for (const { running, receivers } of [alone, beside, like]) {
    for (const receiver of receivers) await receiver.close()
    await running.hooks.close()
  }
  const ratios = groups.map((one) => one.beside / one.alone)
  return {
    ratio: median(ratios),
    range: [Math.min(...ratios), Math.max(...ratios)],
    noise: median(groups.map((one) => one.like / one.alone)),
    besideMs: median(groups.map((one) => one.beside)),
    aloneMs: median(groups.map((one) => one.alone)),
  }
}
