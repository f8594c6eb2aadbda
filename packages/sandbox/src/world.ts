import type {
  Agent,
  CreateBatchInput,
  CreateCallInput,
  ListCallsQuery,
  Plan,
  UpdateAgentInput,
} from '@movoice-kit/core/contract'
import { firstAgents } from './agents.ts'
import type { CallRecord } from './calls/call-record.ts'
import { fateOf } from './calls/fate.ts'
import { lifeOf, type Step, talkSeconds } from './calls/life.ts'
import { type Batch, LineUp } from './calls/line-up.ts'
import { viewOf } from './calls/view.ts'
import { makeWindow, type Window, type WindowModel } from './limits/window.ts'
import { idOf } from './random.ts'
import { Refusal } from './refusal.ts'
import { type Scenario, scenarioOf } from './scenarios.ts'
import type { Timeline } from './time/timeline.ts'
import { actionEvent, endedEvent, startedEvent, transferEvent, type WebhookEvent } from './webhooks/events.ts'

export interface WorldOptions {
  readonly timeline: Timeline
  readonly seed: number
  readonly plan: Plan
  readonly window: WindowModel
  /** Where the links to transcripts and recordings lead. */
  readonly origin: () => string
  readonly emit: (event: WebhookEvent) => void
  /** Is told of every change. */
  readonly changed: () => void
}

/** One ring, as the phone network saw it. */
export interface Ring {
  readonly call_id: string
  readonly agent_id: string
  readonly recipient_phone: string
  /** ISO 8601, the sandbox's time. */
  readonly at: string
}

const LONGEST_CALL_SECONDS = 1800
const DEFAULT_LIMIT = 20

/** All that a Movoice account holds, and everything that happens in it. */
export class World {
  readonly #options: WorldOptions
  readonly agents = new Map<string, Agent>()
  /** In the order of creation. */
  readonly calls: CallRecord[] = []
  readonly #byId = new Map<string, CallRecord>()
  readonly batches: Batch[] = []
  readonly rings: CallRecord[] = []
  readonly #lines: LineUp
  readonly #window: Window
  /** Numbers that were refused the one time they are. */
  readonly #refusedOnce = new Set<string>()
  /** Webhooks of calls whose webhooks come in reverse, kept until the last. */
  readonly #heldBack = new Map<CallRecord, WebhookEvent[]>()

  constructor(options: WorldOptions) {
    this.#options = options
    for (const agent of firstAgents) this.agents.set(agent.agent_id, { ...agent })
    this.#lines = new LineUp(options.plan.concurrentCalls ?? Number.POSITIVE_INFINITY, (call) =>
      this.#dial(call),
    )
    this.#window = makeWindow(options.window, options.plan.callsPerMinute)
  }

  /** Places a call. What the number's scenario makes of the answer is the caller's to do. */
  place(input: CreateCallInput): { readonly call: CallRecord; readonly scenario: Scenario | undefined } {
    const now = this.#now()
    this.#activeAgent(input.agent_id)
    const scenario = scenarioOf(input.recipient_phone)
    this.#scenarioRefusal(input.recipient_phone, scenario)
    this.#limitPerMinute(now)
    const later = input.schedule_at !== undefined && input.schedule_at * 1000 > now
    if (!later && !this.#lines.free) {
      throw new Refusal(
        429,
        `All ${this.#lines.busy} lines of the ${this.#options.plan.name} plan are busy.`,
        {
          retryAfterSeconds: wholeSeconds(this.#lines.freeAt() - now),
        },
      )
    }
    this.#window.count(now)
    const call = this.#create(input, undefined, later ? 'scheduled' : 'initiated')
    if (later)
      this.#options.timeline.at((input.schedule_at ?? 0) * 1000, () => this.#lines.wait([call], undefined))
    else this.#dial(call)
    return { call, scenario }
  }

  placeBatch(input: CreateBatchInput): Batch {
    const { plan, seed, timeline } = this.#options
    const now = this.#now()
    this.#activeAgent(input.agent_id)
    if (plan.batchSize !== null && input.recipients.length > plan.batchSize) {
      throw new Refusal(
        422,
        `A batch of the ${plan.name} plan holds at most ${plan.batchSize} recipients, this one has ${input.recipients.length}.`,
        { param: 'recipients' },
      )
    }
    this.#limitPerMinute(now)
    this.#window.count(now)
    const later = input.schedule_at !== undefined && input.schedule_at * 1000 > now
    const batch: Batch = {
      n: this.batches.length + 1,
      id: idOf('batch', seed, this.batches.length + 1),
      agentId: input.agent_id,
      size: input.recipients.length,
      createdAt: now,
      scheduleAt: input.schedule_at,
      concurrency: input.concurrency ?? Number.POSITIVE_INFINITY,
      running: 0,
      ended: 0,
    }
    this.batches.push(batch)
    const calls = input.recipients.map(({ phone, variables }) =>
      this.#create(
        {
          agent_id: input.agent_id,
          recipient_phone: phone,
          ...(variables !== undefined && { variables }),
          ...(input.schedule_at !== undefined && { schedule_at: input.schedule_at }),
        },
        batch,
        'scheduled',
      ),
    )
    if (later) timeline.at((input.schedule_at ?? 0) * 1000, () => this.#lines.wait(calls, batch))
    else this.#lines.wait(calls, batch)
    return batch
  }

  call(id: string): CallRecord {
    const call = this.#byId.get(id)
    if (call === undefined) throw new Refusal(404, `There is no call "${short(id)}".`, { param: 'call_id' })
    return call
  }

  agent(id: string): Agent {
    const agent = this.agents.get(id)
    if (agent === undefined)
      throw new Refusal(404, `There is no agent "${short(id)}".`, { param: 'agent_id' })
    return agent
  }

  updateAgent(id: string, patch: UpdateAgentInput): Agent {
    const agent = this.agent(id)
    if (Object.hasOwn(patch, 'agent_id') && patch.agent_id !== id)
      throw new Refusal(422, 'The id of an agent cannot be changed.', { param: 'agent_id' })
    const changed: Agent = { ...agent, ...patch, agent_id: id }
    this.agents.set(id, changed)
    this.#options.changed()
    return changed
  }

  /** One page of calls, newest first, with the number of all that fit. */
  list(query: ListCallsQuery): { readonly rows: CallRecord[]; readonly total: number } {
    const { limit = DEFAULT_LIMIT, offset = 0, status, agent_id, from, to } = query
    // Creation times only grow, so the times asked for are one stretch of the list.
    const first = from === undefined ? 0 : this.#firstCreatedAt(from * 1000)
    const end = to === undefined ? this.calls.length : this.#firstCreatedAt((to + 1) * 1000)
    if (status === undefined && agent_id === undefined) {
      const last = end - offset
      return {
        rows: last <= first ? [] : this.calls.slice(Math.max(first, last - limit), last).reverse(),
        total: Math.max(0, end - first),
      }
    }
    const rows: CallRecord[] = []
    let total = 0
    for (let index = end - 1; index >= first; index -= 1) {
      const call = this.calls[index] as CallRecord
      if (status !== undefined && call.status !== status) continue
      if (agent_id !== undefined && call.agentId !== agent_id) continue
      if (total >= offset && rows.length < limit) rows.push(call)
      total += 1
    }
    return { rows, total }
  }

  get busyLines(): number {
    return this.#lines.busy
  }

  view(call: CallRecord) {
    return viewOf(call, this.#options.origin())
  }

  #now(): number {
    return this.#options.timeline.now()
  }

  #firstCreatedAt(ms: number): number {
    let low = 0
    let high = this.calls.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.calls[middle] as CallRecord).createdAt < ms) low = middle + 1
      else high = middle
    }
    return low
  }

  #activeAgent(id: string): void {
    const agent = this.agent(id)
    if (agent.status === 'inactive')
      throw new Refusal(422, `The agent "${short(id)}" is not active.`, { param: 'agent_id' })
  }

  #scenarioRefusal(phone: string, scenario: Scenario | undefined): void {
    const refuses = scenario?.refuses
    if (refuses === undefined || (refuses.once && this.#refusedOnce.has(phone))) return
    this.#refusedOnce.add(phone)
    switch (refuses.status) {
      case 409:
        throw new Refusal(409, 'A duplicate request: the call is already initiated.')
      case 422:
        throw new Refusal(422, 'This number cannot be called by this account.', { param: 'recipient_phone' })
      case 429:
        throw new Refusal(429, 'Too many requests.', { retryAfterSeconds: 2 })
    }
  }

  #limitPerMinute(now: number): void {
    const wait = this.#window.waitMs(now)
    if (wait === 0) return
    const { name, callsPerMinute } = this.#options.plan
    throw new Refusal(429, `The ${name} plan allows ${callsPerMinute} calls a minute.`, {
      retryAfterSeconds: wholeSeconds(wait),
    })
  }

  #create(input: CreateCallInput, batch: Batch | undefined, status: CallRecord['status']): CallRecord {
    const { seed } = this.#options
    const n = this.calls.length + 1
    const call: CallRecord = {
      n,
      id: idOf('call', seed, n),
      agentId: input.agent_id,
      phone: input.recipient_phone,
      from: input.from_number,
      variables: input.variables,
      maxDuration: input.max_duration ?? LONGEST_CALL_SECONDS,
      scheduleAt: input.schedule_at,
      batch,
      createdAt: this.#now(),
      fate: fateOf(seed, n, scenarioOf(input.recipient_phone)),
      status,
      dialledAt: undefined,
      answeredAt: undefined,
      endedAt: undefined,
      freeAt: undefined,
      reported: false,
      steps: 0,
    }
    this.calls.push(call)
    this.#byId.set(call.id, call)
    this.#options.changed()
    return call
  }

  #dial(call: CallRecord): void {
    const now = this.#now()
    call.dialledAt = now
    call.status = 'initiated'
    this.rings.push(call)
    call.freeAt = now + call.fate.ringMs + talkSeconds(call) * 1000
    this.#lines.take(call)
    this.#plan(call, lifeOf(call))
  }

  #plan(call: CallRecord, life: readonly Step[]): void {
    const step = life[call.steps]
    if (step === undefined || call.dialledAt === undefined) return
    this.#options.timeline.at(call.dialledAt + step.afterMs, () => {
      call.steps += 1
      this.#happen(call, step, call.steps === life.length)
      this.#options.changed()
      this.#plan(call, life)
    })
  }

  #happen(call: CallRecord, { what }: Step, last: boolean): void {
    const now = this.#now()
    switch (what) {
      case 'answer':
        call.status = 'active'
        call.answeredAt = now
        this.#tell(call, startedEvent(call, now), last)
        break
      case 'action':
        this.#tell(call, actionEvent(call, call.steps - 2), last)
        break
      case 'transfer':
        this.#tell(call, transferEvent(call), last)
        break
      case 'release':
        this.#lines.release(call)
        break
      case 'report':
        call.reported = true
        break
      case 'end':
        call.status = call.fate.ends === 'completed' ? 'completed' : 'failed'
        call.endedAt = now
        call.reported = call.fate.scenario?.reportAfter === undefined
        if (call.batch !== undefined) call.batch.ended += 1
        this.#tell(call, endedEvent(call, now, this.#options.origin()), true)
        this.#lines.release(call)
        break
    }
  }

  /** Sends a webhook in the way the call's scenario has it. */
  #tell(call: CallRecord, event: WebhookEvent, last: boolean): void {
    const { emit } = this.#options
    switch (call.fate.scenario?.webhooks) {
      case 'none':
        return
      case 'thrice':
        for (let time = 0; time < 3; time += 1) emit(event)
        return
      case 'reversed': {
        const held = [...(this.#heldBack.get(call) ?? []), event]
        if (!last) this.#heldBack.set(call, held)
        else {
          this.#heldBack.delete(call)
          for (const late of held.reverse()) emit(late)
        }
        return
      }
      case undefined:
        emit(event)
    }
  }
}

export const ringOf = (call: CallRecord): Ring => ({
  call_id: call.id,
  agent_id: call.agentId,
  recipient_phone: call.phone,
  at: new Date(call.dialledAt ?? 0).toISOString(),
})

const wholeSeconds = (ms: number): number =>
  Number.isFinite(ms) ? Math.max(1, Math.ceil(ms / 1000)) : LONGEST_CALL_SECONDS

const short = (id: string): string => (id.length > 60 ? `${id.slice(0, 60)}…` : id)
