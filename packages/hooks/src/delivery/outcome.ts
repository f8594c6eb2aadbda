import type { Kysely } from 'kysely'
import type { Database } from '../store/database.ts'
import { type FailedAttempt, type Result, storeAttempts, storeResults } from '../store/deliveries.ts'
import type { Schema } from '../store/schema.ts'
import { touchSubscriptions } from '../subscriptions/snapshot.ts'
import type { HeldJob } from './endpoint.ts'
import { endSubscription, holdUntil, markDown, releaseHeld } from './endpoint-state.ts'
import type { Verdict } from './judge.ts'
import { DOWN_AFTER, pauseMs } from './schedule.ts'

interface Base {
  readonly job: HeldJob
  readonly at: number
}

/** What became of a delivery in hand. */
export type Outcome =
  | (Base & { readonly kind: 'cancelled' | 'held' })
  | (Base & { readonly kind: 'postponed'; readonly dueAt: number })
  | (Base & Tried)

export interface Tried {
  readonly kind: 'tried'
  readonly verdict: Verdict
  readonly ms: number
  readonly status: number | null
  readonly answer: string
  /** 0 to 1: for the pause's jitter. */
  readonly chance: number
}

/** Answers that are about what was sent, not about the endpoint's health. */
const ABOUT_CONTENT = new Set([400, 413, 415, 422])
/** `last_success_at` is for people: to the nearest few seconds is enough. */
const SUCCESS_GRAIN_MS = 5_000
const MAX_ERROR = 300

/** Writes what became of a batch of deliveries, in one transaction. Resolves to whether an endpoint went down, came back or is to be left alone. */
export async function storeOutcomes(
  database: Database,
  db: Kysely<Schema>,
  outcomes: readonly Outcome[],
): Promise<boolean> {
  await storeResults(database, db, outcomes.map(resultOf))
  await storeAttempts(database, db, outcomes.flatMap(attemptOf))
  return updateEndpoints(db, outcomes)
}

function resultOf(outcome: Outcome): Result {
  const { job, at } = outcome
  const untried = { last_at: null, last_ms: null, last_status: null, last_error: null }
  const kept = { id: job.id, attempts: job.attempts, ...untried }
  switch (outcome.kind) {
    case 'cancelled':
      return { ...kept, status: 'cancelled', due_at: at }
    case 'held':
      return { ...kept, status: 'held', due_at: at }
    case 'postponed':
      return { ...kept, status: 'pending', due_at: outcome.dueAt }
    case 'tried':
      return triedResult(job, at, outcome)
  }
}

function triedResult(job: HeldJob, at: number, { verdict, ms, status, answer, chance }: Tried): Result {
  const tried = {
    id: job.id,
    attempts: job.attempts + 1,
    last_at: at,
    last_ms: Math.round(ms),
    last_status: status,
    last_error: errorText(verdict, answer),
  }
  switch (verdict.kind) {
    case 'delivered':
      return { ...tried, status: 'delivered', due_at: at }
    case 'gone':
      return { ...tried, status: 'cancelled', due_at: at }
    case 'later': {
      const due = at + verdict.waitMs
      return due > job.give_up_at
        ? { ...tried, status: 'failed', due_at: at }
        : { ...tried, status: 'pending', due_at: due }
    }
    case 'failed': {
      // Looking whether an endpoint is back says nothing about this delivery: its own schedule stays where it is.
      if (job.probe) return { ...tried, attempts: job.attempts, status: 'held', due_at: at }
      const due = at + pauseMs(tried.attempts, () => chance)
      return due > job.give_up_at
        ? { ...tried, status: 'failed', due_at: at }
        : { ...tried, status: 'pending', due_at: due }
    }
  }
}

function errorText(verdict: Verdict, answer: string): string | null {
  if (verdict.kind === 'delivered') return null
  const what = verdict.kind === 'gone' ? 'answered 410: the subscription ends' : verdict.error
  const said = answer.replace(/\s+/g, ' ').trim()
  return (said === '' ? what : `${what}: ${said}`).slice(0, MAX_ERROR)
}

function attemptOf(outcome: Outcome): FailedAttempt[] {
  if (outcome.kind !== 'tried' || outcome.job.probe) return []
  const error = errorText(outcome.verdict, outcome.answer)
  if (error === null) return []
  const { job, at, ms, status } = outcome
  return [{ delivery_id: job.id, at, ms: Math.round(ms), status, error }]
}

type Triable = Base & Tried

async function updateEndpoints(db: Kysely<Schema>, outcomes: readonly Outcome[]): Promise<boolean> {
  const bySubscription = new Map<string, Triable[]>()
  for (const outcome of outcomes) {
    if (outcome.kind !== 'tried') continue
    const list = bySubscription.get(outcome.job.subscription_id)
    if (list === undefined) bySubscription.set(outcome.job.subscription_id, [outcome])
    else list.push(outcome)
  }
  let changed = false
  let back = false
  if (bySubscription.size === 0) return changed
  const states = await db
    .selectFrom('subscriptions')
    .select(['id', 'failures', 'failing_since', 'probe_at', 'hold_until', 'last_success_at'])
    .where('id', 'in', [...bySubscription.keys()].sort())
    .orderBy('id')
    .execute()
  for (const state of states) {
    const tried = bySubscription.get(state.id) ?? []
    const last = tried.at(-1)
    if (last === undefined) continue
    if (tried.some(({ verdict }) => verdict.kind === 'gone')) {
      if (await endSubscription(db, state.id, 'Its endpoint answered 410 Gone.')) changed = true
      continue
    }
    const succeeded = tried.filter(({ verdict }) => verdict.kind === 'delivered')
    const failed = tried.filter(
      ({ verdict, status }) => verdict.kind === 'failed' && !ABOUT_CONTENT.has(status ?? 0),
    )
    const held = tried.flatMap(({ verdict, at }) => (verdict.kind === 'later' ? [at + verdict.waitMs] : []))
    if (held.length > 0) {
      await holdUntil(db, state.id, Math.max(...held))
      changed = true
    }
    if (succeeded.length > 0) {
      const wasDown = state.probe_at !== null
      const stale = (state.last_success_at ?? 0) < last.at - SUCCESS_GRAIN_MS
      if (wasDown || state.failures > 0 || stale) {
        await db
          .updateTable('subscriptions')
          .set({ failures: 0, failing_since: null, probe_at: null, last_success_at: last.at })
          .where('id', '=', state.id)
          .execute()
      }
      if (wasDown) {
        await releaseHeld(db, state.id, last.at)
        back = true
      }
    }
    const worst = failed.at(-1)
    if (worst === undefined) continue
    const failures = (succeeded.length > 0 ? 0 : state.failures) + (succeeded.length > 0 ? 1 : failed.length)
    await db
      .updateTable('subscriptions')
      .set({
        failures,
        failing_since: succeeded.length > 0 ? worst.at : (state.failing_since ?? worst.at),
        last_failure_at: worst.at,
        last_error: errorText(worst.verdict, worst.answer),
      })
      .where('id', '=', state.id)
      .execute()
    if (succeeded.length === 0 && failures >= DOWN_AFTER) {
      if (state.probe_at === null) await markDown(db, state.id, worst.at)
      changed = true
    }
  }
  if (back) await touchSubscriptions(db)
  return changed || back
}
