import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { Dialect } from './database.ts'

/** Forward only: a step that was released is never changed, a change is a new step. */
function migrations(dialect: Dialect): Record<string, Migration> {
  const serial = dialect === 'sqlite' ? 'integer' : 'bigint'
  const generated = (column: ColumnDefinitionBuilder) =>
    dialect === 'sqlite'
      ? column.primaryKey().autoIncrement()
      : column.primaryKey().generatedByDefaultAsIdentity()
  return {
    '0001-tables': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable('events')
          .addColumn('seq', serial, generated)
          .addColumn('account', 'text', (c) => c.notNull())
          .addColumn('id', 'text', (c) => c.notNull())
          .addColumn('type', 'text', (c) => c.notNull())
          .addColumn('call_id', 'text')
          .addColumn('state', 'text', (c) => c.notNull())
          .addColumn('due_at', 'bigint')
          .addColumn('tries', 'integer', (c) => c.notNull().defaultTo(0))
          .addColumn('wait_until', 'bigint')
          .addColumn('missing', 'text')
          .addColumn('received_at', 'bigint', (c) => c.notNull())
          .addColumn('source', 'text', (c) => c.notNull())
          .addColumn('body', 'text', (c) => c.notNull())
          .addColumn('lease', 'text')
          .execute()
        await db.schema.createIndex('events_id').on('events').columns(['id', 'account']).unique().execute()
        await db.schema.createIndex('events_call').on('events').column('call_id').execute()
        await db.schema.createIndex('events_received').on('events').column('received_at').execute()
        await db.schema
          .createIndex('events_waiting')
          .on('events')
          .column('due_at')
          .where(sql.ref('state'), '=', sql.lit('waiting'))
          .execute()
        await db.schema
          .createTable('subscriptions')
          .addColumn('id', 'text', (c) => c.primaryKey())
          .addColumn('target_url', 'text', (c) => c.notNull())
          .addColumn('event', 'text', (c) => c.notNull())
          .addColumn('filter', 'text', (c) => c.notNull())
          .addColumn('once', 'integer', (c) => c.notNull())
          .addColumn('account', 'text')
          .addColumn('description', 'text')
          .addColumn('limits', 'text', (c) => c.notNull())
          .addColumn('idempotency_key', 'text', (c) => c.unique())
          .addColumn('expires_at', 'bigint')
          .addColumn('secret', 'text', (c) => c.notNull())
          .addColumn('old_secret', 'text')
          .addColumn('old_secret_until', 'bigint')
          .addColumn('status', 'text', (c) => c.notNull())
          .addColumn('reason', 'text')
          .addColumn('failures', 'integer', (c) => c.notNull().defaultTo(0))
          .addColumn('failing_since', 'bigint')
          .addColumn('probe_at', 'bigint')
          .addColumn('hold_until', 'bigint')
          .addColumn('last_success_at', 'bigint')
          .addColumn('last_failure_at', 'bigint')
          .addColumn('last_error', 'text')
          .addColumn('created_at', 'bigint', (c) => c.notNull())
          .execute()
        await db.schema
          .createTable('deliveries')
          .addColumn('id', 'text', (c) => c.primaryKey())
          .addColumn('event_seq', 'bigint', (c) => c.notNull())
          .addColumn('subscription_id', 'text', (c) => c.notNull())
          .addColumn('status', 'text', (c) => c.notNull())
          .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
          .addColumn('due_at', 'bigint', (c) => c.notNull())
          .addColumn('give_up_at', 'bigint', (c) => c.notNull())
          .addColumn('lease', 'text')
          .addColumn('created_at', 'bigint', (c) => c.notNull())
          .addColumn('last_at', 'bigint')
          .addColumn('last_ms', 'integer')
          .addColumn('last_status', 'integer')
          .addColumn('last_error', 'text')
          .execute()
        await db.schema
          .createIndex('deliveries_due')
          .on('deliveries')
          .column('due_at')
          .where(sql<boolean>`status = 'pending' and lease is null`)
          .execute()
        await db.schema
          .createIndex('deliveries_leased')
          .on('deliveries')
          .column('lease')
          .where(sql<boolean>`lease is not null`)
          .execute()
        await db.schema.createIndex('deliveries_event').on('deliveries').column('event_seq').execute()
        await db.schema
          .createIndex('deliveries_open')
          .on('deliveries')
          .columns(['subscription_id', 'status'])
          .where(sql<boolean>`status <> 'delivered'`)
          .execute()
        await db.schema
          .createTable('attempts')
          .addColumn('id', serial, generated)
          .addColumn('delivery_id', 'text', (c) => c.notNull())
          .addColumn('at', 'bigint', (c) => c.notNull())
          .addColumn('ms', 'integer', (c) => c.notNull())
          .addColumn('status', 'integer')
          .addColumn('error', 'text', (c) => c.notNull())
          .execute()
        await db.schema.createIndex('attempts_delivery').on('attempts').column('delivery_id').execute()
        await db.schema
          .createTable('sightings')
          .addColumn('id', serial, generated)
          .addColumn('event_seq', 'bigint', (c) => c.notNull())
          .addColumn('at', 'bigint', (c) => c.notNull())
          .addColumn('source', 'text', (c) => c.notNull())
          .execute()
        await db.schema.createIndex('sightings_event').on('sightings').column('event_seq').execute()
        await db.schema
          .createTable('meta')
          .addColumn('key', 'text', (c) => c.primaryKey())
          .addColumn('value', 'text', (c) => c.notNull())
          .execute()
        await db.schema
          .createTable('workers')
          .addColumn('id', 'text', (c) => c.primaryKey())
          .addColumn('seen_at', 'bigint', (c) => c.notNull())
          .execute()
      },
    },
    '0002-tallies': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable('tallies')
          .addColumn('at', 'bigint', (c) => c.notNull())
          .addColumn('name', 'text', (c) => c.notNull())
          .addColumn('value', 'bigint', (c) => c.notNull())
          .addPrimaryKeyConstraint('tallies_key', ['at', 'name'])
          .execute()
      },
    },
    // One index for all that is not done, by endpoint: a backlog of one is not in the way of the others.
    '0003-open-by-endpoint': {
      async up(db: Kysely<unknown>) {
        await db.schema.dropIndex('deliveries_due').execute()
        await db.schema.dropIndex('deliveries_open').execute()
        await db.schema
          .createIndex('deliveries_open')
          .on('deliveries')
          .columns(['status', 'subscription_id', 'due_at'])
          .where(sql<boolean>`status <> 'delivered'`)
          .execute()
      },
    },
  }
}

/** Brings a database to the newest step, or in tests to an older one; several processes may do it at once. */
export async function migrate(db: Kysely<unknown>, dialect: Dialect, upTo?: string): Promise<void> {
  const all = migrations(dialect)
  const migrator = new Migrator({ db, provider: { getMigrations: async () => all } })
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo))
  if (error !== undefined) throw error
}
