import { isDoubtful, minuteOfDay, numberKind, readTime, zonesOf } from '@movoice-kit/core/callee'
import type { Policy } from './policy.ts'

/** The ways by which a call can be asked for. Every one goes through {@link judge}. */
export const entries = ['command', 'modal', 'button', 'shortcut', 'home', 'batch'] as const
export type Entry = (typeof entries)[number]

export interface Person {
  readonly userId: string
  readonly isGuest: boolean
  /** Admin or owner of the workspace, by Slack. */
  readonly isAdmin: boolean
  /** Ids of the user groups the policy names that this person is in. */
  readonly groups: readonly string[]
}

export interface Case {
  readonly policy: Policy
  readonly who: Person
  /** Where it was asked for; null where there is no channel: App Home, a global shortcut. */
  readonly channel: string | null
  readonly phones: readonly string[]
  /** Milliseconds since 1970: now, or when the call is to be placed. */
  readonly at: number
  /** Calls of the last 24 hours. */
  readonly used: { readonly person: number; readonly workspace: number }
  /** Of `phones`, those on the do-not-call list. */
  readonly doNotCall: ReadonlySet<string>
  /** Of `phones`, those that were called in the last minute, with the seconds since. */
  readonly recent: ReadonlyMap<string, number>
  /** Questions that this person has answered with yes. */
  readonly answered: readonly Question[]
  /** In a batch, for each number: a yes to one is none to another. */
  readonly answeredFor?: ReadonlyMap<string, readonly Question[]>
}

export type Refusal =
  | 'kill_switch'
  | 'guest'
  | 'not_a_caller'
  | 'wrong_channel'
  | 'emergency'
  | 'premium'
  | 'do_not_call'
  | 'quota_person'
  | 'quota_workspace'
  | 'quiet_hours'
export type Question = 'unknown_zone' | 'recent' | 'doubtful'

export type Verdict =
  | { readonly kind: 'allow' }
  | { readonly kind: 'refuse'; readonly why: Refusal; readonly phone?: string; readonly seconds?: number }
  | { readonly kind: 'ask'; readonly why: Question; readonly phone: string; readonly seconds?: number }

const refuse = (why: Refusal, phone?: string): Verdict => ({
  kind: 'refuse',
  why,
  ...(phone !== undefined && { phone }),
})

/**
 * Whether this person may place these calls here and now. Pure: all it needs to know is handed in.
 *
 * @example
 * judge({ policy, who, channel, phones: ['+12025550101'], at: Date.now(), used, doNotCall, recent, answered: [] })
 * // { kind: 'refuse', why: 'quiet_hours', phone: '+12025550101' }
 */
export function judge(given: Case): Verdict {
  const { policy, used, phones } = given
  const access = mayCall(given)
  if (access !== undefined) return refuse(access)
  for (const phone of phones) {
    const answered = given.answeredFor?.get(phone) ?? given.answered
    const number = judgeNumber(phone, { ...given, answered })
    if (number.kind !== 'allow') return number
  }
  const quota = overQuota(policy, used, phones.length)
  return quota === undefined ? { kind: 'allow' } : refuse(quota)
}

/** Which quota so many calls more would exceed. */
export function overQuota(policy: Policy, used: Case['used'], count: number): Refusal | undefined {
  if (policy.quotaPerPerson !== null && used.person + count > policy.quotaPerPerson) return 'quota_person'
  if (policy.quotaPerWorkspace !== null && used.workspace + count > policy.quotaPerWorkspace)
    return 'quota_workspace'
  return undefined
}

/** Every question that a number raises, or why it is not called at all. */
export function questionsOf(
  phone: string,
  given: Pick<Case, 'policy' | 'at' | 'doNotCall' | 'recent'>,
): { readonly questions: readonly Question[] } | { readonly refusal: Refusal } {
  const questions: Question[] = []
  for (;;) {
    const verdict = judgeNumber(phone, { ...given, answered: questions })
    if (verdict.kind === 'allow') return { questions }
    if (verdict.kind === 'refuse') return { refusal: verdict.why }
    questions.push(verdict.why)
  }
}

/** Whether this person may call at all, from this channel; `undefined` if so. */
export function mayCall({
  policy,
  who,
  channel,
}: Pick<Case, 'policy' | 'who' | 'channel'>): Refusal | undefined {
  if (policy.killSwitch) return 'kill_switch'
  if (who.isGuest && !policy.guests) return 'guest'
  const { users, groups, channels } = policy.callers
  if (users.length > 0 || groups.length > 0) {
    const named = users.includes(who.userId) || who.groups.some((group) => groups.includes(group))
    if (!named) return 'not_a_caller'
  }
  // Where there is no channel, nothing says that this is one of those that were chosen.
  if (channels.length > 0 && (channel === null || !channels.includes(channel))) return 'wrong_channel'
  return undefined
}

/** Whether one number may be called at this time. */
export function judgeNumber(
  phone: string,
  {
    policy,
    at,
    doNotCall,
    recent,
    answered,
  }: Pick<Case, 'policy' | 'at' | 'doNotCall' | 'recent' | 'answered'>,
): Verdict {
  const kind = numberKind(phone)
  if (kind !== 'ordinary') return refuse(kind, phone)
  if (doNotCall.has(phone)) return refuse('do_not_call', phone)
  const hours = callingHours(phone, policy, at)
  if (hours === 'outside') return refuse('quiet_hours', phone)
  if (hours === 'unknown' && !answered.includes('unknown_zone'))
    return { kind: 'ask', why: 'unknown_zone', phone }
  const seconds = recent.get(phone)
  if (seconds !== undefined && !answered.includes('recent'))
    return { kind: 'ask', why: 'recent', phone, seconds }
  if (isDoubtful(phone) && !answered.includes('doubtful')) return { kind: 'ask', why: 'doubtful', phone }
  return { kind: 'allow' }
}

/** Whether it is a time to call, in every zone the number may be in; `unknown` if its zones disagree or there are none. */
export function callingHours(phone: string, policy: Policy, at: number): 'inside' | 'outside' | 'unknown' {
  const from = policy.callFrom === null ? undefined : readTime(policy.callFrom)
  const until = policy.callUntil === null ? undefined : readTime(policy.callUntil)
  if (from === undefined || until === undefined || from === until) return 'inside'
  const zones = zonesOf(phone)
  const inside = zones.filter((zone) => {
    const minute = minuteOfDay(zone, at)
    // From 22:00 until 06:00 is over midnight.
    return from < until ? minute >= from && minute < until : minute >= from || minute < until
  })
  if (zones.length > 0 && inside.length === zones.length) return 'inside'
  return zones.length > 0 && inside.length === 0 ? 'outside' : 'unknown'
}

/** Whether this person may change settings and agents. */
export const mayAdminister = (policy: Policy, who: Person): boolean =>
  !who.isGuest && (who.isAdmin || policy.admins.includes(who.userId))

/** Whether this person may see a call's full number, transcript and recording. */
export const mayView = (policy: Policy, who: Person, caller: string | undefined): boolean =>
  mayAdminister(policy, who) || who.userId === caller || policy.viewers.includes(who.userId)
