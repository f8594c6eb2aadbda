import { type Assumptions, withAssumptions } from '../contract/assumptions.ts'
import { apiKeyProblem, baseUrlProblem } from '../contract/credentials.ts'
import type { FieldProblem } from '../contract/explain.ts'
import { DEFAULT_BASE_URL } from '../contract/operations.ts'
import { Agents } from './agents.ts'
import { Calls } from './calls.ts'
import type { Clock, Random } from './clock.ts'
import { ValidationError } from './errors.ts'
import type { Logger } from './logger.ts'
import { Placer } from './placer.ts'
import { Requester } from './requester.ts'
import type { Transport } from './transport.ts'
import type { PhoneCheck } from './validate.ts'

export interface ClientOptions {
  /** From the dashboard: Settings → API Keys. */
  readonly apiKey: string
  /** Without a slash at its end; the API's own if not given. */
  readonly baseUrl?: string | undefined
  /** For one attempt, body included, in milliseconds; 30,000. */
  readonly timeoutMs?: number | undefined
  /** For one call of a method with all its attempts and pauses, in milliseconds; 120,000. */
  readonly deadlineMs?: number | undefined
  /** How often a request that provably did nothing is sent again; 2. */
  readonly maxRetries?: number | undefined
  /** The longest `Retry-After` that is waited for, in milliseconds; 60,000. */
  readonly maxRetryWaitMs?: number | undefined
  readonly logger?: Logger | undefined
  /** Where Movoice turns out to differ from what the kit assumes. */
  readonly assumptions?: Partial<Assumptions> | undefined
  /** A closer look at phone numbers than their form. */
  readonly checkPhone?: PhoneCheck | undefined
  /** Put in front of the kit's own name in the `User-Agent` header. */
  readonly userAgent?: string | undefined
}

/** What the engine needs from where it runs. */
export interface Host {
  readonly transport: Transport
  readonly clock: Clock
  readonly random: Random
}

export const VERSION = '0.1.0'

/**
 * The client for the Movoice API, without a transport, a clock or chance of its own: those are handed in.
 * Most users want `Movoice` from `@movoice-kit/core`.
 */
export class MovoiceClient {
  readonly calls: Calls
  readonly agents: Agents

  constructor(options: ClientOptions, host: Host) {
    checkOptions(options)
    const assumptions = withAssumptions(options.assumptions)
    const requester = new Requester({
      apiKey: options.apiKey.trim(),
      baseUrl: (options.baseUrl ?? DEFAULT_BASE_URL).trim().replace(/\/+$/, ''),
      transport: host.transport,
      clock: host.clock,
      random: host.random,
      timeoutMs: options.timeoutMs ?? 30_000,
      deadlineMs: options.deadlineMs ?? 120_000,
      maxRetries: options.maxRetries ?? 2,
      maxRetryWaitMs: options.maxRetryWaitMs ?? 60_000,
      userAgent: `${options.userAgent === undefined ? '' : `${options.userAgent} `}movoice-kit/${VERSION}`,
      assumptions,
      logger: options.logger,
    })
    const { clock } = host
    const placer = new Placer({ requester, clock, assumptions, logger: options.logger })
    this.calls = new Calls({ requester, clock, assumptions, placer, checkPhone: options.checkPhone })
    this.agents = new Agents(requester)
  }
}

function checkOptions(options: ClientOptions): void {
  const problems: FieldProblem[] = []
  const keyProblem = apiKeyProblem(options.apiKey)
  if (keyProblem !== undefined) {
    const where =
      keyProblem === 'is missing' ? ': set MOVOICE_API_KEY, from the dashboard under Settings → API Keys' : ''
    problems.push({ path: 'apiKey', message: `${keyProblem}${where}` })
  }
  const urlProblem = options.baseUrl === undefined ? undefined : baseUrlProblem(options.baseUrl)
  if (urlProblem !== undefined) problems.push({ path: 'baseUrl', message: urlProblem })
  for (const name of ['timeoutMs', 'deadlineMs', 'maxRetryWaitMs'] as const) {
    const value: unknown = options[name]
    if (value !== undefined && !(typeof value === 'number' && value > 0)) {
      problems.push({ path: name, message: 'must be a number of milliseconds above 0' })
    }
  }
  const retries: unknown = options.maxRetries
  if (retries !== undefined && !(Number.isInteger(retries) && (retries as number) >= 0)) {
    problems.push({ path: 'maxRetries', message: 'must be a whole number, 0 or more' })
  }
  if (problems.length > 0) throw new ValidationError('The client’s configuration', problems)
}
