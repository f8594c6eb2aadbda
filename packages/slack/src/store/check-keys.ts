import type { Database } from './database.ts'
import type { Vault } from './vault.ts'

/**
 * Opens what was kept last: a start without its key would fail at every call instead.
 *
 * @throws {@link ConfigurationError} if it was sealed with a key that is not there
 */
export async function checkKeys({ db }: Database, vault: Vault): Promise<void> {
  const last = await db
    .selectFrom('calls')
    .select(['id', 'data'])
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last !== undefined) vault.open(last.data, `call:${last.id}`)
}
