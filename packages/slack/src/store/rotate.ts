import { type Location, openDatabase } from './database.ts'
import type { Keyring } from './keyring.ts'
import { reseal } from './reseal.ts'
import { migrate } from './schema.ts'

/** Encrypts everything again with the keyring's first key, what was kept in the clear too; the number of changes. */
export async function rotateKeys(storage: Location, keyring: Keyring): Promise<number> {
  const database = await openDatabase(storage)
  try {
    await migrate(database.db, database.kind)
    return await reseal(database, keyring)
  } finally {
    await database.close()
  }
}
