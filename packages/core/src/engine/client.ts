import { type Assumptions, withAssumptions } from '../contract/assumptions.ts'
import { DEFAULT_BASE_URL } from '../contract/base-url.ts'
import type { Call } from '../contract/call.ts'
import { apiKeyProblem, baseUrlProblem } from '../contract/credentials.ts'
import type { FieldProblem } from '../contract/explain.ts'
import { type Plan, type PlanName, plans, readPlan } from '../contract/plans.ts'
import { VERSION } from '../contract/version.ts'
import { Agents } from './agents.ts'
import { Calls } from './calls.ts'
import type { Clock, Random } from './clock.ts'
import { ValidationError } from './errors.ts'
import type { CallEventSource } from './event-source.ts'
import { Gate } from './gate.ts'
import type { Logger } from './logger.ts'
import { Pacer } from './pacer.ts'
import { Placer } from './placer.ts'
import { Requester } from './requester.ts'
import { MemorySlotLog, type SlotLog } from './slot-log.ts'
import type { Transport } from './transport.ts'
import type { PhoneCheck } from './validate.ts'

/** Options of the client that every transport has in common. */
export interface ClientOptions {
  /** From the dashboard: Settings → API Keys. */
  readonly apiKey: string | undefined
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
  /**
   * Keeps within what the plan allows: calls a minute, and calls on the line at once. A plan's name, such as
   * `growth`, or `120x5` for 120 a minute and 5 at once. Without it, nothing is held back.
   */
  readonly plan?: PlanName | (string & {}) | Plan | undefined
  /** Where the slots of the plan's minute are kept; in this process if not given. */
  readonly slotLog?: SlotLog | undefined
  /** How long a call may wait for its turn under the plan, in milliseconds; 2,100,000 (35 minutes). */
  readonly queueTimeoutMs?: number | undefined
  /** Tells when calls are over, so that they need not be looked at again and again. */
  readonly events?: CallEventSource | undefined
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

/** As long as a call can last, and a little more. */
const DEFAULT_QUEUE_MS = 35 * 60_000

/**
 * The client for the Movoice API, without a transport, a clock or chance of its own: those are handed in.
 * Most users want `Movoice` from `@movoice-kit/core`.
 *
 * @example
 * new MovoiceClient({ apiKey }, { transport, clock: systemClock, random: Math.random })
 */
export class MovoiceClient {
  readonly calls: Calls
  readonly agents: Agents

  constructor(options: ClientOptions, host: Host) {
    checkOptions(options)
    const assumptions = withAssumptions(options.assumptions)
    const requester = new Requester({
      apiKey: (options.apiKey ?? '').trim(),
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
    const { checkPhone, events, logger } = options
    const plan = planOf(options.plan)
    const isOver = (call: Call) => assumptions.terminalStatuses.includes(call.status)
    const gate =
      plan?.concurrentCalls == null
        ? undefined
        : new Gate({
            limit: plan.concurrentCalls,
            clock,
            events,
            isOver: async (callId) =>
              isOver(await requester.send('calls.get', { params: { call_id: callId } })),
          })
    const log = options.slotLog ?? new MemorySlotLog(() => clock.now())
    const pacer =
      plan?.callsPerMinute == null ? undefined : new Pacer(plan.callsPerMinute, log, clock, logger)
    const placer = new Placer({
      requester,
      clock,
      assumptions,
      logger,
      gate,
      pacer,
      queueTimeoutMs: options.queueTimeoutMs ?? DEFAULT_QUEUE_MS,
    })
    this.calls = new Calls({
      requester,
      clock,
      isOver,
      placer,
      gate,
      events,
      batchSize: plan?.batchSize ?? null,
      checkPhone,
    })
    this.agents = new Agents(requester)
  }
}

function planOf(plan: ClientOptions['plan']): Plan | undefined {
  return typeof plan === 'string' ? readPlan(plan) : plan
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
  for (const name of ['timeoutMs', 'deadlineMs', 'maxRetryWaitMs', 'queueTimeoutMs'] as const) {
    const value: unknown = options[name]
    if (value !== undefined && !(typeof value === 'number' && value > 0)) {
      problems.push({ path: name, message: 'must be a number of milliseconds above 0' })
    }
  }
  const retries: unknown = options.maxRetries
  if (retries !== undefined && !(Number.isInteger(retries) && (retries as number) >= 0)) {
    problems.push({ path: 'maxRetries', message: 'must be a whole number, 0 or more' })
  }
  if (typeof options.plan === 'string' && planOf(options.plan) === undefined) {
    problems.push({
      path: 'plan',
      message: `must be ${Object.keys(plans).join(', ')}, or calls per minute x concurrent calls such as 120x5`,
    })
  }
  if (problems.length > 0) throw new ValidationError('The client’s configuration', problems)
}
