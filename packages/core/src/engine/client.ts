import type { Agent, UpdateAgentInput } from '../contract/agent.ts'
import { type Assumptions, withAssumptions } from '../contract/assumptions.ts'
import type { CreateBatchInput, CreatedBatch } from '../contract/batch.ts'
import type { Call, CreateCallInput, CreatedCall, ListCallsQuery } from '../contract/call.ts'
import { apiKeyProblem, baseUrlProblem } from '../contract/credentials.ts'
import type { FieldProblem } from '../contract/explain.ts'
import { DEFAULT_BASE_URL } from '../contract/operations.ts'
import type { CancelSignal } from './cancel.ts'
import type { Clock, Random } from './clock.ts'
import { ValidationError } from './errors.ts'
import { Listing } from './listing.ts'
import type { Logger } from './logger.ts'
import { MAX_PAGE, type PageRequest, walkPages } from './paging.ts'
import type { ReadPage } from './read.ts'
import { Requester } from './requester.ts'
import type { Transport } from './transport.ts'
import { type PhoneCheck, validate } from './validate.ts'
import { type WaitOptions, waitUntilDone } from './wait.ts'

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

export interface RequestOptions {
  readonly signal?: CancelSignal | undefined
  /** For one attempt, body included, in milliseconds. */
  readonly timeoutMs?: number | undefined
}

export interface PlaceOptions extends RequestOptions {
  /**
   * Whether a call whose fate is open is looked for in the list of calls; true. Turning it off never turns on
   * sending again.
   */
  readonly reconcile?: boolean | undefined
}

/** As {@link ListCallsQuery}, with any `limit`: more than one page holds is fetched in several. */
export type ListCallsOptions = ListCallsQuery

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
    this.calls = new Calls(requester, assumptions, host.clock, options.checkPhone)
    this.agents = new Agents(requester)
  }
}

/** Phone calls. */
export class Calls {
  readonly #requester: Requester
  readonly #assumptions: Assumptions
  readonly #clock: Clock
  readonly #checkPhone: PhoneCheck | undefined

  constructor(
    requester: Requester,
    assumptions: Assumptions,
    clock: Clock,
    checkPhone: PhoneCheck | undefined,
  ) {
    this.#requester = requester
    this.#assumptions = assumptions
    this.#clock = clock
    this.#checkPhone = checkPhone
  }

  /**
   * Places a call. Sent again only if the first attempt provably placed nothing.
   *
   * @throws {@link ValidationError} before anything is sent; else any error of the kit: `sent` tells whether
   * the phone may have rung
   * @example
   * const call = await movoice.calls.create({ agent_id: 'agent_clinic', recipient_phone: '+12025550101' })
   * console.log(call.call_id, call.status) // 'initiated'
   */
  async create(input: CreateCallInput, options: PlaceOptions = {}): Promise<CreatedCall> {
    return this.#requester.send(
      'calls.create',
      validate('calls.create', { body: input }, this.#checkPhone),
      options,
    )
  }

  /**
   * Lists calls: `await` it for one page, `for await` for every call.
   *
   * @example
   * const { items, total } = await movoice.calls.list({ status: 'failed', limit: 50 })
   */
  list(query: ListCallsOptions = {}, options: RequestOptions = {}): Listing<Call> {
    const { limit, offset = 0, ...filters } = query
    // A page of more than the API gives at once is made of several, so this one bound is checked here.
    if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) {
      throw new ValidationError('The request to list calls', [
        { path: 'limit', message: 'must be a whole number, 1 or more' },
      ])
    }
    validate('calls.list', { query: { ...filters, offset } })
    let to = filters.to
    const fetch = async (page: PageRequest): Promise<ReadPage<Call>> => {
      const found = await this.#requester.send('calls.list', { query: { ...filters, ...page, to } }, options)
      // From here on, calls placed while we read stay out of the pages.
      to ??= Math.floor((this.#clock.now() + (this.#requester.skewMs ?? 0)) / 1000)
      return found
    }
    return listing({ fetch, idOf: (call) => call.call_id, limit, offset })
  }

  /**
   * Gets a call, with transcript, summary, sentiment and outcome once they are there.
   *
   * @throws {@link NotFoundError} if there is no such call
   * @example
   * const call = await movoice.calls.get('call_8f2k1')
   */
  async get(callId: string, options: RequestOptions = {}): Promise<Call> {
    return this.#requester.send('calls.get', validate('calls.get', { params: { call_id: callId } }), options)
  }

  /**
   * Waits until a call is over and gives it with its summary and transcript.
   *
   * @throws {@link TimeoutError} when `timeoutMs` is over first
   * @example
   * const done = await movoice.calls.waitUntilDone(call.call_id, { timeoutMs: 600_000 })
   * console.log(done.status, done.outcome, done.summary)
   */
  async waitUntilDone(callId: string, options: WaitOptions = {}): Promise<Call> {
    const { signal } = options
    return waitUntilDone(
      {
        clock: this.#clock,
        get: () => this.get(callId, { signal }),
        isOver: (call) => this.#assumptions.terminalStatuses.includes(call.status),
      },
      options,
    )
  }

  /**
   * Places many calls with one agent.
   *
   * @throws {@link ValidationError} naming every wrong row, before anything is sent
   * @example
   * await movoice.calls.createBatch({
   *   agent_id: 'agent_clinic',
   *   recipients: [{ phone: '+12025550101', variables: { name: 'Asha' } }],
   * })
   */
  async createBatch(input: CreateBatchInput, options: PlaceOptions = {}): Promise<CreatedBatch> {
    const parts = validate('calls.createBatch', { body: input }, this.#checkPhone)
    return this.#requester.send('calls.createBatch', parts, options)
  }
}

/** Voice agents. */
export class Agents {
  readonly #requester: Requester

  constructor(requester: Requester) {
    this.#requester = requester
  }

  /**
   * Lists agents: `await` it for the first page, `for await` for every agent.
   *
   * @example
   * for await (const agent of movoice.agents.list()) console.log(agent.agent_id, agent.name)
   */
  list(options: RequestOptions = {}): Listing<Agent> {
    // No way to ask for a page of agents is documented, so one answer is all of them.
    const page = async () => {
      const { items, total } = await this.#requester.send('agents.list', {}, options)
      return { items, ...(total !== undefined && { total }), hasMore: false }
    }
    return new Listing(page, async function* () {
      yield* (await page()).items
    })
  }

  /**
   * Gets an agent with its configuration.
   *
   * @throws {@link NotFoundError} if there is no such agent
   * @example
   * const { prompt, voice_id } = await movoice.agents.get('agent_clinic')
   */
  async get(agentId: string, options: RequestOptions = {}): Promise<Agent> {
    return this.#requester.send(
      'agents.get',
      validate('agents.get', { params: { agent_id: agentId } }),
      options,
    )
  }

  /**
   * Changes an agent. Fields other than `prompt` and `voice_id` are passed on as they are.
   *
   * @example
   * await movoice.agents.update('agent_clinic', { voice_id: 'sarvam_hindi_female_01' })
   */
  async update(agentId: string, patch: UpdateAgentInput, options: RequestOptions = {}): Promise<Agent> {
    const parts = validate('agents.update', { params: { agent_id: agentId }, body: patch })
    return this.#requester.send('agents.update', parts, options)
  }
}

interface ListingParts<T> {
  readonly fetch: (page: PageRequest) => Promise<ReadPage<T>>
  readonly idOf: (item: T) => string
  readonly limit: number | undefined
  readonly offset: number
}

function listing<T>({ fetch, idOf, limit, offset }: ListingParts<T>): Listing<T> {
  const walk = () => walkPages({ fetch, idOf, pageSize: Math.min(limit ?? MAX_PAGE, MAX_PAGE), offset })
  const firstPage = async () => {
    if (limit === undefined || limit <= MAX_PAGE) {
      const { items, total, hasMore } = await fetch({ limit: limit ?? 20, offset })
      const more = hasMore ?? (total === undefined ? items.length > 0 : offset + items.length < total)
      return { items, ...(total !== undefined && { total }), hasMore: more }
    }
    const items: T[] = []
    for await (const item of walk()) {
      // One more than was asked for tells that there is more.
      if (items.length === limit) return { items, hasMore: true }
      items.push(item)
    }
    return { items, hasMore: false }
  }
  return new Listing(firstPage, walk)
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
