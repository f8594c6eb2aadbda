import { type ColumnType, type Kysely, sql } from 'kysely'

/** JSON is kept as text and times as milliseconds since 1970, so that both databases hold the same. */
export interface Tables {
  /** One row a workspace: its settings, and its Movoice key, encrypted. */
  workspaces: { team: string; policy: string; movoice_key: string | null; updated_at: number }
  /** What Slack gave at installation, encrypted. The id is the workspace's or, for a whole organisation, the organisation's. */
  installations: { id: string; data: string; updated_at: number }
  drafts: {
    id: string
    team: string
    claim: string
    data: string
    generation: number
    answered: string
    created_at: number
  }
  calls: {
    id: string
    claim: string
    team: string
    user_id: string
    /** Its tag, where numbers are encrypted. */
    phone: string
    state: string
    call_id: string | null
    batch_id: string | null
    /** What never changes: entry, request, channel, thread. */
    data: string
    card_ts: string | null
    card_channel: string | null
    result: string | null
    failure: string | null
    actions: string
    revision: number
    shown_revision: number
    told: string
    lease_until: number
    created_at: number
    ended_at: number | null
    updated_at: number
  }
  batches: {
    id: string
    claim: string
    team: string
    user_id: string
    state: string
    batch_id: string | null
    data: string
    card_ts: string | null
    card_channel: string | null
    failure: string | null
    shown: string
    created_at: number
  }
  /** Edits of agents between the form and the save. */
  edits: { id: string; team: string; user_id: string; data: string; created_at: number }
  /** Events by their id, so that each is applied once; kept for calls that are not known yet. */
  events: { id: string; call_id: string; body: string; at: number }
  /** Requests of Slack's that were handled: trigger, nonce or event ids. */
  seen: { claim: string; at: number; run: string | null; done: number | null }
  /** `phone` is the number's tag where numbers are encrypted, and `sealed` the number. */
  do_not_call: { team: string; phone: string; sealed: string | null; at: number }
  /** Which organisation a workspace belongs to, where one of them installed the app for all. */
  members: { team: string; organisation: string }
  audit: {
    id: ColumnType<number, never, never>
    team: string
    at: number
    user_id: string
    action: string
    entry: string
    channel: string | null
    target: string
    verdict: string
    reference: string | null
  }
}

/** Creates what is missing. Each step runs once, in order; a released step is never changed. */
export async function migrate(db: Kysely<Tables>, kind: 'sqlite' | 'postgres'): Promise<void> {
  const big = kind === 'sqlite' ? 'integer' : 'bigint'
  const serial = kind === 'sqlite' ? 'integer primary key autoincrement' : 'bigserial primary key'
  const steps = [
    `create table workspaces (team text primary key, policy text not null, movoice_key text, updated_at ${big} not null)`,
    `create table installations (id text primary key, data text not null, updated_at ${big} not null)`,
    `create table drafts (id text primary key, team text not null, claim text not null unique, data text not null,
      generation integer not null, answered text not null, created_at ${big} not null)`,
    `create table calls (id text primary key, claim text not null unique, team text not null, user_id text not null,
      phone text not null, state text not null, call_id text, batch_id text, data text not null, card_ts text,
      card_channel text, result text, failure text, actions text not null, revision integer not null,
      shown_revision integer not null, told text not null, lease_until ${big} not null, created_at ${big} not null,
      ended_at ${big}, updated_at ${big} not null)`,
    'create index calls_by_call_id on calls (call_id)',
    'create index calls_by_person on calls (team, user_id, created_at)',
    'create index calls_by_phone on calls (team, phone, created_at)',
    'create index calls_by_state on calls (state, updated_at)',
    'create index calls_by_batch on calls (batch_id)',
    `create table batches (id text primary key, claim text not null unique, team text not null, user_id text not null,
      state text not null, batch_id text, data text not null, card_ts text, card_channel text, failure text,
      shown text not null, created_at ${big} not null)`,
    `create table events (id text primary key, call_id text not null, body text not null, at ${big} not null)`,
    'create index events_by_call on events (call_id)',
    `create table seen (claim text primary key, at ${big} not null)`,
    `create table do_not_call (team text not null, phone text not null, at ${big} not null, primary key (team, phone))`,
    `create table audit (id ${serial}, team text not null, at ${big} not null, user_id text not null, action text not null,
      entry text not null, channel text, target text not null, verdict text not null, reference text)`,
    'create index audit_by_team on audit (team, at)',
    `create table edits (id text primary key, team text not null, user_id text not null, data text not null,
      created_at ${big} not null)`,
    'alter table do_not_call add column sealed text',
    'create table members (team text primary key, organisation text not null)',
    'alter table seen add column run text',
    'alter table seen add column done integer',
  ]
  await db.transaction().execute(async (tx) => {
    // Two processes that start together take turns.
    if (kind === 'postgres') await sql`select pg_advisory_xact_lock(7350212)`.execute(tx)
    await sql`create table if not exists slack_migrations (step integer primary key)`.execute(tx)
    const done = await sql<{ step: number }>`select step from slack_migrations`.execute(tx)
    const known = new Set(done.rows.map((row) => Number(row.step)))
    for (const [step, text] of steps.entries()) {
      if (known.has(step)) continue
      await sql.raw(text).execute(tx)
      await sql`insert into slack_migrations (step) values (${step})`.execute(tx)
    }
  })
}
