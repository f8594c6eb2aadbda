import type { Call } from '@movoice-kit/core/contract'
import { isMovoiceError } from '@movoice-kit/core/engine'
import type { Kysely } from 'kysely'
import { type Account, isOver } from '../accounts/account.ts'
import type { Schema } from '../store/schema.ts'
import type { OpenCall } from './bookmark.ts'
import { type Listed, nextLook } from './listed.ts'

export interface LongOpenOptions {
  readonly account: Account
  readonly db: Kysely<Schema>
  /** When the sweep began, in milliseconds. */
  readonly now: number
  readonly open: readonly OpenCall[]
  /** What the list of this sweep told. */
  readonly listed: Listed
  /** Told of every list that is asked for. */
  readonly onPage: () => void
}

/** One that is still open then is given up. */
const GIVE_UP_MS = 8 * 24 * 3_600_000

/**
 * Looks after calls that stay open for long: one list of the active ones tells which still are, and each that is
 * there no more is asked for by its id, once.
 */
export async function lookAtLongOpen({
  account,
  db,
  now,
  open,
  listed,
  onPage,
}: LongOpenOptions): Promise<{ readonly ended: readonly Call[]; readonly open: readonly OpenCall[] }> {
  // A call can be listed again, as open as before: then the newest entry counts.
  const known = new Map(open.map((one) => [one.id, one]))
  const told = await toldOf(account, db, [...known.keys()])
  const still: OpenCall[] = []
  const due: OpenCall[] = []
  for (const one of known.values()) {
    const over = listed.seen.get(one.id)
    if (told.has(one.id) || over === true) continue
    if (one.lookAt > now || over === false) still.push(one)
    else due.push(one)
  }
  if (due.length === 0) return { ended: [], open: still }
  const active = new Set<string>()
  // Bounded in time as well, and each row looked at: an API that does not know the filter must not give all it has.
  const times = due.map(({ since }) => since)
  const query = { status: 'active', from: Math.min(...times), to: Math.max(...times) + 1 }
  for await (const call of account.calls(query, onPage)) if (!isOver(call)) active.add(call.call_id)
  const ended: Call[] = []
  for (const one of due) {
    const call = active.has(one.id) ? 'open' : await ask(account, one.id)
    if (call === 'gone') continue
    if (call !== 'open') ended.push(call)
    else if (one.since * 1000 > now - GIVE_UP_MS) still.push({ ...one, lookAt: nextLook(one.since, now) })
  }
  return { ended, open: still }
}

/** Those whose end a webhook has told of meanwhile. */
async function toldOf(account: Account, db: Kysely<Schema>, ids: readonly string[]): Promise<Set<string>> {
  const told = new Set<string>()
  for (let at = 0; at < ids.length; at += 500) {
    const rows = await db
      .selectFrom('events')
      .select('call_id')
      .where('account', '=', account.name)
      .where('call_id', 'in', ids.slice(at, at + 500))
      .where('type', 'in', ['call.completed', 'call.failed'])
      .execute()
    for (const { call_id } of rows) if (call_id !== null) told.add(call_id)
  }
  return told
}

async function ask(account: Account, id: string): Promise<Call | 'open' | 'gone'> {
  try {
    const call = await account.call(id)
    return isOver(call) ? call : 'open'
  } catch (error) {
    if (isMovoiceError(error) && error.status === 404) return 'gone'
    throw error
  }
}
