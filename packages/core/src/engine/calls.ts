import type { CreateBatchInput } from '../contract/batch.ts'
import type { Call, CreateCallInput, ListCallsQuery } from '../contract/call.ts'
import { placeInParts, type SplitBatch } from './batch-parts.ts'
import type { Clock } from './clock.ts'
import { ValidationError } from './errors.ts'
import type { CallEventSource } from './event-source.ts'
import type { Gate } from './gate.ts'
import { type Listing, listing } from './listing.ts'
import { type CallNotes, createOnce } from './once.ts'
import type { FindOptions, PlaceOptions, RequestOptions } from './options.ts'
import type { PageRequest } from './paging.ts'
import type { PlacedBatch, PlacedCall, Placer } from './placer.ts'
import type { ReadPage } from './read.ts'
import type { Requester } from './requester.ts'
import { type PhoneCheck, validate } from './validate.ts'
import { type WaitOptions, waitUntilDone } from './wait.ts'

/** As {@link ListCallsQuery}, with any `limit`: more than one page holds is fetched in several. */
export type ListCallsOptions = ListCallsQuery

export interface CallsParts {
  readonly requester: Requester
  readonly placer: Placer
  readonly isOver: (call: Call) => boolean
  readonly gate: Gate | undefined
  readonly events: CallEventSource | undefined
  readonly batchSize: number | null
  readonly clock: Clock
  readonly checkPhone: PhoneCheck | undefined
}

/**
 * Phone calls.
 *
 * @example
 * const { call_id } = await movoice.calls.create({ agent_id: 'agent_clinic', recipient_phone: '+12025550101' })
 * const call = await movoice.calls.waitUntilDone(call_id)
 */
export class Calls {
  readonly #requester: Requester
  readonly #placer: Placer
  readonly #isOver: (call: Call) => boolean
  readonly #gate: Gate | undefined
  readonly #batchSize: number | null
  readonly #events: CallEventSource | undefined
  readonly #clock: Clock
  readonly #checkPhone: PhoneCheck | undefined

  constructor({ requester, placer, isOver, gate, events, batchSize, clock, checkPhone }: CallsParts) {
    this.#requester = requester
    this.#placer = placer
    this.#isOver = isOver
    this.#gate = gate
    this.#events = events
    this.#batchSize = batchSize
    this.#clock = clock
    this.#checkPhone = checkPhone
  }

  /**
   * Places a call. It is sent again only if the first attempt provably placed nothing; when that is open, the call
   * is looked for in the list of calls and given as found (`reconciled: true`).
   *
   * @throws {@link ValidationError} before anything is sent
   * @throws {@link OutcomeUnknownError} if it was looked for and that did not settle whether it was placed
   * @throws {@link ConflictError} with the original call, if there is one
   * @throws {@link MovoiceError} any other: `sent` tells whether the phone may have rung
   * @example
   * const call = await movoice.calls.create({ agent_id: 'agent_clinic', recipient_phone: '+12025550101' })
   * console.log(call.call_id, call.status) // 'initiated'
   */
  async create(input: CreateCallInput, options: PlaceOptions = {}): Promise<PlacedCall> {
    const { body } = validate('calls.create', { body: input }, this.#checkPhone)
    return this.#placer.place(body as CreateCallInput, options)
  }

  /**
   * Places the call of a key once, however often and from however many processes it is asked for: a campaign's person, an
   * order's reminder. What is known of it stands in your `notes` before anything is sent. If it may have been placed, it
   * is looked up and never sent again; what provably was not may be asked for anew.
   *
   * @throws {@link OutcomeUnknownError} if it may have been placed and is not to be found
   * @throws whatever {@link Calls.create} throws, and what `notes` throws: then nothing was sent
   * @example
   * const { call_id } = await movoice.calls.createOnce('order-17', { agent_id, recipient_phone }, notes)
   */
  createOnce(
    key: string,
    input: CreateCallInput,
    notes: CallNotes,
    options: PlaceOptions = {},
  ): Promise<{ readonly call_id: string }> {
    return createOnce(
      {
        clock: this.#clock,
        create: (asked, how) => this.create(asked, how),
        find: (asked, how) => this.findPlaced(asked, how),
      },
      key,
      input,
      notes,
      options,
    )
  }

  /**
   * Finds the call that an interrupted {@link Calls.create} may have placed: what `beforeSending` wrote down, looked
   * up after the crash. It dials nobody. Not found is no proof that the phone did not ring.
   *
   * @throws {@link OutcomeUnknownError} if it is not in the list of calls, or if more than one could be it
   * @example
   * const call = await movoice.calls.findPlaced(input, { sentAfter: claimedAt })
   */
  async findPlaced(input: CreateCallInput, options: FindOptions): Promise<PlacedCall> {
    const { body } = validate('calls.create', { body: input }, this.#checkPhone)
    return this.#placer.find(body as CreateCallInput, options)
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
    const parts = validate('calls.get', { params: { call_id: callId } })
    const call = await this.#requester.send('calls.get', parts, options)
    if (this.#isOver(call)) this.#gate?.over(call.call_id)
    return call
  }

  /**
   * Waits until a call is over and gives it with its summary and transcript, which may come up to a minute later.
   *
   * @throws {@link TimeoutError} when `timeoutMs` is over first
   * @example
   * const done = await movoice.calls.waitUntilDone(call.call_id, { timeoutMs: 600_000 })
   * console.log(done.status, done.outcome, done.summary)
   */
  async waitUntilDone(callId: string, options: WaitOptions = {}): Promise<Call> {
    const { signal } = options
    return waitUntilDone(
      { callId, clock: this.#clock, get: () => this.get(callId, { signal }), isOver: this.#isOver },
      { events: this.#events, ...options },
    )
  }

  /**
   * Places many calls with one agent. With a `plan`, more recipients than it allows in one batch are placed in
   * several: the answer is the first one's, and `parts` has them all.
   *
   * @throws {@link ValidationError} naming every wrong row, before anything is sent
   * @throws {@link OutcomeUnknownError} if it is not known whether the batch was placed
   * @throws {@link BatchError} if it broke off after a part was placed: `remaining` has who is provably not called
   * @example
   * await movoice.calls.createBatch({
   *   agent_id: 'agent_clinic',
   *   recipients: [{ phone: '+12025550101', variables: { name: 'Asha' } }],
   * })
   */
  async createBatch(input: CreateBatchInput, options: PlaceOptions = {}): Promise<PlacedBatch & SplitBatch> {
    const { body } = validate('calls.createBatch', { body: input }, this.#checkPhone)
    return placeInParts(body as CreateBatchInput, this.#batchSize, (part) =>
      this.#placer.placeBatch(part, options),
    )
  }
}
