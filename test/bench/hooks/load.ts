// What the benchmarks of the hooks server share: a load, what it takes without a queue, and processes beside.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { signDelivery } from '@movoice-kit/core/events'
import { completed, type Engine } from '@movoice-kit/hooks/testing'
import { Agent, request } from 'undici'

export const WORKERS = 64
export const ROOT = join(import.meta.dirname, '../../..')

export const median = (values: readonly number[]) => quantile(values, 0.5)
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

export interface Child {
  readonly url: string
  readonly process: ChildProcess
}

export async function start(
  script: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  flags: readonly string[] = ['--conditions=source'],
): Promise<Child> {
  const child = spawn(
    process.execPath,
    [...flags, '--disable-warning=ExperimentalWarning', join(ROOT, script), ...args],
    { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { url: /http:\S+/.exec(line)?.[0] ?? '', process: child }
}

export async function stop({ process: child }: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = once(child, 'exit')
  child.kill('SIGKILL')
  await over
}

/** Work done by a number of workers at once; jobs a second. */
export async function rate(
  jobs: number,
  work: (index: number) => Promise<unknown>,
  workers = WORKERS,
): Promise<number> {
  let next = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (next < jobs) await work(next++)
    }),
  )
  return jobs / ((performance.now() - began) / 1000)
}

/** What a loop without a queue does for the same: sign and send. */
export async function direct(sink: string, jobs: number): Promise<number> {
  const agent = new Agent({ connections: WORKERS })
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const done = await rate(jobs, async (index) => {
    const body = JSON.stringify(completed(`call_${index}`))
    const timestamp = Math.floor(Date.now() / 1000)
    const answer = await request(`${sink}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': `msg_${index}`,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signDelivery({ id: `msg_${index}`, timestamp, body }, secret),
      },
      body,
      dispatcher: agent,
    })
    await answer.body.dump()
  })
  await agent.close()
  return done
}

export async function through(engine: Engine, sink: string, jobs: number): Promise<number> {
  await engine.subscribe(`${sink}/`)
  const began = performance.now()
  // Enqueued as fast as the batches are written; delivering goes on meanwhile.
  await rate(jobs, (index) => engine.take(completed(`call_${index}`)), 256)
  while (engine.delivered() < jobs) await sleep(1)
  return jobs / ((performance.now() - began) / 1000)
}

/** Ratios round by round: the median, its range, and what it is in jobs a second. */
export function share(values: readonly number[], of: readonly number[]): string {
  const ratios = values.map((value, round) => value / (of[round] ?? Number.NaN))
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`
  return `${median(ratios).toFixed(2)} (rounds ${range}; ${median(values).toFixed(0)} a second)`
}
