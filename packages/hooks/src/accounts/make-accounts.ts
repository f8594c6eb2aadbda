import { type Clock, Movoice, type Random, type Transport } from '@movoice-kit/core/client'
import { readPlan } from '@movoice-kit/core/contract'
import type { AccountOptions, HooksOptions } from '../hooks-options.ts'
import type { Observer } from '../telemetry/observer.ts'
import { watchedTransport } from '../telemetry/watched-transport.ts'
import { Account, DEFAULT_ACCOUNT } from './account.ts'
import { endingWith } from './ending-transport.ts'
import { Pace } from './pace.ts'

/** Where the plan is not known: what a call every two seconds needs. */
const UNKNOWN_PER_MINUTE = 60
/** Where the plan has no bound. */
const UNBOUND_PER_MINUTE = 600
/** An event is told after a minute, so an API that hangs must not hold one question for much of it. */
const TIMEOUT_MS = 15_000
const DEADLINE_MS = 20_000

export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly observer: Required<Observer>
  /** How many processes ask the same API. */
  readonly share: () => number
}

/** The Movoice accounts of a server by their names, each with its client if it has a key. */
export async function makeAccounts(
  options: HooksOptions,
  { clock, random, observer, share }: Surroundings,
): Promise<Map<string, Account>> {
  const { webhookSecret, webhookSecrets = webhookSecret, apiKey, baseUrl, plan, apiPerMinute } = options
  const own = { webhookSecrets, apiKey, baseUrl, plan, apiPerMinute }
  const all: Record<string, AccountOptions> = { [DEFAULT_ACCOUNT]: own, ...options.accounts }
  const keyed = Object.values(all).some((account) => account.apiKey !== undefined)
  // axios is loaded only where there is something to ask.
  const transport =
    options.transport ?? (keyed ? (await import('@movoice-kit/core/axios')).axiosTransport() : undefined)
  const apiOf = (name: string, account: AccountOptions, over: Transport) => {
    const pace = new Pace({ clock, perMinute: () => perMinuteOf(account) / Math.max(1, share()) })
    const watched = watchedTransport(over, { account: name, clock, onRequest: observer.request })
    const movoice = new Movoice({
      apiKey: account.apiKey ?? '',
      baseUrl: account.baseUrl,
      clock,
      random,
      timeoutMs: TIMEOUT_MS,
      deadlineMs: DEADLINE_MS,
      maxRetries: 1,
      // Nobody waits out a 429 by himself: the account's pace does it for all.
      maxRetryWaitMs: 1,
      transport: endingWith(pace.stopped, watched),
    })
    return { movoice, pace }
  }
  return new Map(
    Object.entries(all).map(([name, account]) => {
      const secrets = account.webhookSecrets ?? []
      return [
        name,
        new Account({
          name,
          webhookSecrets: typeof secrets === 'string' ? [secrets] : secrets,
          api:
            account.apiKey === undefined || transport === undefined
              ? undefined
              : apiOf(name, account, transport),
          clock,
        }),
      ]
    }),
  )
}

/** Half of what the plan allows, so that the other half is always there for phone calls. */
function perMinuteOf({ apiPerMinute, plan }: AccountOptions): number {
  if (apiPerMinute !== undefined) return apiPerMinute
  const known = plan === undefined ? undefined : readPlan(plan)
  if (known === undefined) return UNKNOWN_PER_MINUTE
  return known.callsPerMinute === null ? UNBOUND_PER_MINUTE : Math.max(1, known.callsPerMinute / 2)
}
