import type {
  Agent,
  CreateBatchInput,
  CreateCallInput,
  Plan,
  UpdateAgentInput,
} from '@movoice-kit/core/contract'
import { firstAgents } from './agents.ts'
import { CallBook } from './calls/call-book.ts'
import type { CallRecord } from './calls/call-record.ts'
import { fateOf } from './calls/fate.ts'
import { lifeOf, type Step, talkSecondsOf } from './calls/life.ts'
import { type Batch, LineUp } from './calls/line-up.ts'
import { viewOf } from './calls/view.ts'
import type { Keeper } from './data/keeper.ts'
import { batchFrom, callFrom, type Saved } from './data/saved.ts'
import { Admission, wholeSeconds } from './limits/admission.ts'
import type { WindowModel } from './limits/window.ts'
import { idOf } from './random.ts'
import { Refusal } from './refusal.ts'
import { type Scenario, scenarioOf } from './scenarios.ts'
import type { Timeline } from './time/timeline.ts'
import { actionEvent, endedEvent, startedEvent, transferEvent, type WebhookEvent } from './webhooks/events.ts'
import { Teller } from './webhooks/teller.ts'

export interface WorldOptions {
  readonly timeline: Timeline
  readonly seed: number
  readonly plan: Plan
  readonly window: WindowModel
  /** Where the links to transcripts and recordings lead. */
  readonly origin: () => string
  /** Sends a webhook, which is made only if someone wants it. */
  readonly emit: (make: () => WebhookEvent) => void
  readonly keeper: Keeper
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

/** All that a Movoice account holds, and everything that happens in it. */
export class World {
  readonly #options: WorldOptions
  readonly agents = new Map<string, Agent>()
  readonly calls = new CallBook()
  readonly batches: Batch[] = []
  readonly rings: CallRecord[] = []
  readonly #lines: LineUp
  readonly #admission: Admission
  readonly #teller: Teller

  constructor(options: WorldOptions) {
    this.#options = options
    for (const agent of firstAgents) this.agents.set(agent.agent_id, { ...agent })
    this.#lines = new LineUp(options.plan.concurrentCalls ?? Number.POSITIVE_INFINITY, (call) =>
      this.#dial(call),
    )
    this.#admission = new Admission(options.plan, options.window, options.keeper)
    this.#teller = new Teller(options.emit)
  }

  /** Places a call. What the number's scenario makes of the answer is the caller's to do. */
  place(input: CreateCallInput): { readonly call: CallRecord; readonly scenario: Scenario | undefined } {
    const now = this.#now()
    this.#activeAgent(input.agent_id)
    const scenario = scenarioOf(input.recipient_phone)
    this.#admission.number(input.recipient_phone, scenario)
    const later = input.schedule_at !== undefined && input.schedule_at * 1000 > now
    const allBusy = !later && !this.#lines.free
    const lineMs = allBusy ? this.#lines.freeAt() - now : 0
    this.#admission.minute(now, lineMs)
    if (allBusy) {
      const message = `All ${this.#lines.busy} lines of the ${this.#options.plan.name} plan are busy.`
      throw new Refusal(429, message, { retryAfterSeconds: wholeSeconds(lineMs) })
    }
    this.#admission.count(now)
    const call = this.#create(input, undefined, later ? 'scheduled' : 'initiated')
    if (later) this.#enqueue(call)
    else this.#dial(call)
    return { call, scenario }
  }

  placeBatch(input: CreateBatchInput): Batch {
    const { seed, timeline } = this.#options
    const now = this.#now()
    this.#activeAgent(input.agent_id)
    this.#admission.batchOf(input.recipients.length)
    this.#admission.minute(now)
    this.#admission.count(now)
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
    this.#options.keeper.batch(batch)
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
    const call = this.calls.get(id)
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
    this.#options.keeper.agent(changed)
    this.#options.changed()
    return changed
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

  #activeAgent(id: string): void {
    const agent = this.agent(id)
    if (agent.status === 'inactive')
      throw new Refusal(422, `The agent "${short(id)}" is not active.`, { param: 'agent_id' })
  }

  #create(input: CreateCallInput, batch: Batch | undefined, status: CallRecord['status']): CallRecord {
    const { seed } = this.#options
    const n = this.calls.size + 1
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
      talkSeconds: 0,
      freeAt: undefined,
      reported: false,
      steps: 0,
    }
    this.calls.add(call)
    this.#changedCall(call)
    return call
  }

  #dial(call: CallRecord): void {
    const now = this.#now()
    call.dialledAt = now
    call.status = 'initiated'
    this.rings.push(call)
    call.talkSeconds = talkSecondsOf(call)
    call.freeAt = now + call.fate.ringMs + call.talkSeconds * 1000
    this.#lines.take(call)
    this.#changedCall(call)
    this.#plan(call, lifeOf(call))
  }

  #plan(call: CallRecord, life: readonly Step[]): void {
    const step = life[call.steps]
    if (step === undefined || call.dialledAt === undefined) return
    this.#options.timeline.at(call.dialledAt + step.afterMs, () => {
      call.steps += 1
      this.#happen(call, step, call.steps === life.length)
      this.#changedCall(call)
      this.#plan(call, life)
    })
  }

  #happen(call: CallRecord, { what }: Step, last: boolean): void {
    const now = this.#now()
    switch (what) {
      case 'answer':
        call.status = 'active'
        call.answeredAt = now
        this.#teller.tell(call, () => startedEvent(call, now), last)
        break
      case 'action':
        this.#teller.tell(call, () => actionEvent(call, call.steps - 2), last)
        break
      case 'transfer':
        this.#teller.tell(call, () => transferEvent(call), last)
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
        if (call.batch !== undefined) this.#endedOf(call.batch)
        this.#teller.tell(call, () => endedEvent(call, now, this.#options.origin()), true)
        this.#lines.release(call)
        break
    }
  }

  #changedCall(call: CallRecord): void {
    this.#options.keeper.call(call)
    this.#options.changed()
  }

  #endedOf(batch: Batch): void {
    batch.ended += 1
    this.#options.keeper.batch(batch)
  }

  /** Takes up what was kept: calls under way go on from where they were, those that wait, wait again. */
  restore(saved: Saved): void {
    const { seed } = this.#options
    for (const agent of saved.agents) this.agents.set(agent.agent_id, agent)
    for (const batch of saved.batches) this.batches.push(batchFrom(batch))
    const batches = new Map(this.batches.map((batch) => [batch.n, batch]))
    const all = saved.calls.map((call) => callFrom(call, seed, batches))
    for (const call of all) this.calls.add(call)
    this.rings.push(
      ...all
        .filter((call) => call.dialledAt !== undefined)
        .sort((a, b) => (a.dialledAt ?? 0) - (b.dialledAt ?? 0)),
    )
    this.#admission.restore(saved.refused, this.#placedSince(saved.now - 60_000))
    for (const call of this.rings) this.#resume(call)
    for (const call of all) if (call.dialledAt === undefined) this.#enqueue(call)
  }

  #resume(call: CallRecord): void {
    const life = lifeOf(call)
    const holdsLine = life.slice(call.steps).some(({ what }) => what === 'end' || what === 'release')
    if (holdsLine) this.#lines.take(call)
    if (call.endedAt === undefined) this.#teller.resume(call)
    this.#plan(call, life)
  }

  /** Lets a call that is not yet dialled wait for its time, then for a line. */
  #enqueue(call: CallRecord): void {
    const due = (call.scheduleAt ?? 0) * 1000
    if (due > this.#now()) this.#options.timeline.at(due, () => this.#lines.wait([call], call.batch))
    else this.#lines.wait([call], call.batch)
  }

  /** When what counts against the plan's minute was placed. */
  #placedSince(ms: number): number[] {
    const single = [...this.calls.since(ms)].filter((call) => call.batch === undefined)
    return [...single, ...this.batches.filter((batch) => batch.createdAt >= ms)].map(
      ({ createdAt }) => createdAt,
    )
  }
}

export const ringOf = (call: CallRecord): Ring => ({
  call_id: call.id,
  agent_id: call.agentId,
  recipient_phone: call.phone,
  at: new Date(call.dialledAt ?? 0).toISOString(),
})

const short = (id: string): string => (id.length > 60 ? `${id.slice(0, 60)}…` : id)
