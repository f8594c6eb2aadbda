import { type Location, openDatabase } from './database.ts'
import type { Keyring } from './keyring.ts'
import { migrate } from './schema.ts'
import { WorkspaceStore } from './workspaces.ts'

/** Encrypts every secret again with the keyring's first key; the number of those that were not. */
export async function rotateKeys(storage: Location, keyring: Keyring): Promise<number> {
  const database = await openDatabase(storage)
  try {
    await migrate(database.db, database.kind)
    return await new WorkspaceStore(database, keyring).rotateKeys()
  } finally {
    await database.close()
  }
}
