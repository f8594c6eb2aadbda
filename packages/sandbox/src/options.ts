import { ConfigurationError } from '@movoice-kit/core/command'
import { type Plan, type PlanName, readPlan } from '@movoice-kit/core/contract'
import { type WindowModel, windowModels } from './limits/window.ts'
import { readTarget, type WebhookTarget } from './webhooks/target.ts'

/** Options of a sandbox; none is needed. */
export interface SandboxOptions {
  /** Where it listens; `127.0.0.1`, reached from this machine alone, if not given. */
  readonly host?: string | undefined
  /** 0, the default, is any that is free. */
  readonly port?: number | undefined
  /** A plan's name or `<calls per minute>x<concurrent calls>`; `growth` if not given. */
  readonly plan?: PlanName | (string & {}) | undefined
  /** How the plan's minute is counted; `sliding` if not given. */
  readonly window?: WindowModel | undefined
  /** What is drawn, is drawn from this; 1 if not given, or that of the kept state. */
  readonly seed?: number | undefined
  /** Sandbox seconds that pass in a real one: 1 if not given, 0 is a clock that only `advance` moves. */
  readonly speed?: number | undefined
  /** Where the sandbox's time begins, in Unix seconds: the present, or 2026-01-01 with `speed: 0`. */
  readonly startAt?: number | undefined
  readonly webhook?: WebhookTarget | undefined
  /** How long a receiver has to answer a webhook, in real milliseconds; 10,000 if not given. */
  readonly webhookTimeoutMs?: number | undefined
  /** Lets webhooks go to other machines. */
  readonly allowRemote?: boolean | undefined
  /** A folder to keep the state in; it is in memory alone if not given. One sandbox at a time may use it. */
  readonly data?: string | undefined
  /** What links to transcripts and recordings begin with; where it listens, if not given. */
  readonly publicUrl?: string | undefined
}

export interface Settings {
  readonly host: string
  readonly port: number
  readonly plan: Plan
  readonly window: WindowModel
  readonly seed: number | undefined
  readonly speed: number
  /** Milliseconds since 1970; `undefined` is the present. */
  readonly start: number | undefined
  readonly webhook: WebhookTarget | undefined
  readonly webhookTimeoutMs: number
  readonly allowRemote: boolean
  readonly data: string | undefined
  readonly publicUrl: string | undefined
}

const FROZEN_START = Date.UTC(2026, 0, 1)
export const FASTEST = 1_000_000

/** Checks the options, all before anything listens. */
export function readOptions(options: SandboxOptions): Settings {
  const { speed = 1, seed, window = 'sliding', startAt, allowRemote = false } = options
  if (!(speed >= 0 && speed <= FASTEST))
    throw new ConfigurationError(
      'speed',
      `must be a number from 0 to ${FASTEST}`,
      '1 is real time, 0 stands still.',
    )
  if (seed !== undefined && (!Number.isInteger(seed) || Math.abs(seed) > 2 ** 31))
    throw new ConfigurationError('seed', 'must be a whole number of at most 2,147,483,648')
  if (!windowModels.includes(window))
    throw new ConfigurationError('window', `must be one of ${windowModels.join(', ')}`)
  if (startAt !== undefined && !(Number.isInteger(startAt) && startAt >= 0 && startAt < 4_000_000_000))
    throw new ConfigurationError('startAt', 'must be whole Unix seconds, such as 1767225600')
  const plan = readPlan(options.plan ?? 'growth')
  if (plan === undefined)
    throw new ConfigurationError(
      'plan',
      `must be starter, growth, business, enterprise or <calls per minute>x<concurrent calls>, not "${options.plan}"`,
    )
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    plan,
    window,
    seed,
    speed,
    start: startAt !== undefined ? startAt * 1000 : speed === 0 ? FROZEN_START : undefined,
    webhook: options.webhook === undefined ? undefined : webhookOf(options.webhook, allowRemote),
    webhookTimeoutMs: options.webhookTimeoutMs ?? 10_000,
    allowRemote,
    data: options.data,
    publicUrl: options.publicUrl?.replace(/\/+$/, ''),
  }
}

function webhookOf(webhook: WebhookTarget, allowRemote: boolean): WebhookTarget {
  const read = readTarget(webhook, allowRemote)
  if ('problem' in read) throw new ConfigurationError(`webhook-${read.problem.param}`, read.problem.message)
  return read.target
}
