import type { Transaction } from 'kysely'
import type { Tables } from './schema.ts'
import type { Vault } from './vault.ts'

const DAY = 86_400_000
const MINUTE = 60_000
/** Nobody was called, so it counts for no quota. */
const NOT_CALLED = ['refused', 'not_placed']
/** A database takes only so many parameters. */
const PART = 300

export interface Facts {
  readonly used: { readonly person: number; readonly workspace: number }
  readonly doNotCall: ReadonlySet<string>
  /** Seconds since a number was called, if that was in the last minute. */
  readonly recent: ReadonlyMap<string, number>
}

/** What the judge has to know of a person, a workspace and some numbers. */
export async function facts(
  tx: Transaction<Tables>,
  vault: Vault,
  team: string,
  user: string,
  phones: readonly string[],
  now: number,
): Promise<Facts> {
  const day = tx
    .selectFrom('calls')
    .where('team', '=', team)
    .where('created_at', '>', now - DAY)
    .where('state', 'not in', NOT_CALLED)
  const counted = await day
    .select((the) => [
      the.fn.countAll<number>().as('workspace'),
      the.fn.sum<number | null>(the.case().when('user_id', '=', user).then(1).else(0).end()).as('person'),
    ])
    .executeTakeFirstOrThrow()
  const listed = new Set<string>()
  const recent = new Map<string, number>()
  for (let at = 0; at < phones.length; at += PART) {
    const phoneOf = new Map(
      phones.slice(at, at + PART).flatMap((phone) => vault.tags(team, phone).map((tag) => [tag, phone])),
    )
    const part = [...phoneOf.keys()]
    const onList = await tx
      .selectFrom('do_not_call')
      .select('phone')
      .where('team', '=', team)
      .where('phone', 'in', part)
      .execute()
    for (const { phone } of onList) listed.add(phoneOf.get(phone) ?? phone)
    const called = await tx
      .selectFrom('calls')
      .select(['phone', (the) => the.fn.max('created_at').as('at')])
      .where('team', '=', team)
      .where('phone', 'in', part)
      .where('created_at', '>', now - MINUTE)
      .where('state', 'not in', NOT_CALLED)
      .groupBy('phone')
      .execute()
    for (const { phone: tag, at: time } of called) {
      const phone = phoneOf.get(tag) ?? tag
      const seconds = Math.max(0, Math.round((now - Number(time)) / 1000))
      recent.set(phone, Math.min(seconds, recent.get(phone) ?? seconds))
    }
  }
  return {
    used: { person: Number(counted.person ?? 0), workspace: Number(counted.workspace) },
    doNotCall: listed,
    recent,
  }
}
