import { refusalText } from '../blocks/confirm.ts'
import { failureText } from '../blocks/describe.ts'
import type { Batches } from '../calls/batches.ts'
import type { Cards } from '../calls/cards.ts'
import { type Desk, NoKeyError, wordsFor } from '../calls/desk.ts'
import { failureOf } from '../calls/failure.ts'
import { errorFields } from '../calls/log.ts'
import type { KnownPerson } from '../calls/people.ts'
import type { Placer } from '../calls/placer.ts'
import type { Results } from '../calls/results.ts'
import { type Entry, mayCall, type Person } from '../guards/judge.ts'
import type { Policy } from '../guards/policy.ts'
import type { Words } from '../words/words.ts'

/** The desk with those who work at it. */
export interface Office extends Desk {
  readonly placer: Placer
  readonly cards: Cards
  readonly results: Results
  readonly batchWork: Batches
  /** Whether each workspace keeps a Movoice key of its own. */
  readonly ownKeys: boolean
  /** Recipients a batch may have. */
  readonly batchSize: number
  /** As {@link Office.later}, for the rest of a handler: what it throws comes out again. */
  tracked(work: () => Promise<void>): Promise<void>
  /** Before what begins after Slack was answered: lets other answers go first. */
  turn(): Promise<void>
  /** Work that goes on after Slack was answered; awaited when the app stops. */
  later(work: Promise<unknown>): void
}

/** Who is asking, with what they may do and in which words they are answered. */
export interface Visitor {
  readonly team: string
  readonly user: string
  readonly policy: Policy
  readonly who: Person & KnownPerson
  readonly words: Words
}

export async function visitorOf(office: Office, team: string, user: string): Promise<Visitor> {
  const policy = await office.workspaces.policy(team)
  const who = await office.people.person(team, user, policy.callers.groups)
  return { team, user, policy, who, words: await wordsFor(office, team, user, policy) }
}

interface Place {
  readonly entry: Entry
  readonly channel: string | null
  /** Whether a form asks for the channel yet: its answer is judged then. */
  readonly asks?: boolean
}

/** Why this person may not call from here, in words and in the audit log; `undefined` if they may. */
export async function refusedAt(
  office: Office,
  { team, user, policy, who, words }: Visitor,
  { entry, channel, asks = false }: Place,
): Promise<string | undefined> {
  const why = mayCall({ policy, who, channel })
  if (why === undefined || (why === 'wrong_channel' && asks)) return undefined
  const at = office.clock.now()
  await office.workspaces.log({
    team,
    at,
    user,
    action: entry === 'batch' ? 'batch' : 'call',
    entry,
    channel,
    target: '',
    verdict: `refuse: ${why}`,
    reference: null,
  })
  return refusalText(why, { policy, now: at }, words)
}

/** What a person is told of an error, which is in the log under the same reference. */
export function sorry(office: Office, error: unknown, words: Words, team: string): string {
  const reference = office.newId().slice(0, 8)
  if (!(error instanceof NoKeyError))
    office.log.warn({ team, reference, ...errorFields(error) }, 'a request of Slack’s could not be served')
  return failureText(failureOf(error, reference), words)
}
