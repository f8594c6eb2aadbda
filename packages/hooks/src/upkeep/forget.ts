import { type Kysely, sql } from 'kysely'
import type { Schema } from '../store/schema.ts'

type Db = Kysely<Schema>

/** How much of the embedded database's file is in use. */
export async function usedBytes(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select (page_count - freelist_count) * page_size as bytes
    from pragma_page_count(), pragma_freelist_count(), pragma_page_size()`.execute(db)
  return rows[0]?.bytes ?? 0
}

/**
 * Forgets subscriptions that have ended and were last of any use before: whoever waits for single calls makes one for
 * each. Their deliveries have gone with the events by then.
 */
export async function forgetSubscriptions(db: Db, before: number): Promise<void> {
  await db
    .deleteFrom('subscriptions')
    .where('status', '=', 'ended')
    .where('created_at', '<', before)
    .where(({ or, eb }) => or([eb('last_success_at', 'is', null), eb('last_success_at', '<', before)]))
    .where(({ or, eb }) => or([eb('last_failure_at', 'is', null), eb('last_failure_at', '<', before)]))
    .execute()
}

/** Forgets events that are older and told to all, with everything about them. Returns how many. */
export async function forget(db: Db, before: number, limit: number): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    select seq from events
    where received_at < ${before} and state = 'ready' and not exists (
      select 1 from deliveries where deliveries.event_seq = events.seq and deliveries.status in ('pending', 'held')
    )
    order by received_at limit ${limit}`.execute(db)
  const seqs = rows.map(({ seq }) => seq)
  if (seqs.length === 0) return 0
  const gone = db.selectFrom('deliveries').select('id').where('event_seq', 'in', seqs)
  await db.deleteFrom('attempts').where('delivery_id', 'in', gone).execute()
  await db.deleteFrom('deliveries').where('event_seq', 'in', seqs).execute()
  await db.deleteFrom('sightings').where('event_seq', 'in', seqs).execute()
  await db.deleteFrom('events').where('seq', 'in', seqs).execute()
  return seqs.length
}
