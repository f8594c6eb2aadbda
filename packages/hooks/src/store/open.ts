import type { Database } from './database.ts'
import { openSqlite } from './sqlite/open.ts'

export type StoreOptions =
  | {
      readonly dataDir: string
      readonly maxBytes?: number | undefined
      readonly standStill?: boolean | undefined
      readonly temporary?: boolean | undefined
      readonly upTo?: string | undefined
    }
  | {
      readonly databaseUrl: string
      readonly maxConnections?: number | undefined
      readonly onLost?: (error: Error) => void
      readonly upTo?: string | undefined
    }

/** Opens whichever database the options name. PostgreSQL's driver is loaded only where it is used. */
export async function openDatabase(options: StoreOptions): Promise<Database> {
  if ('dataDir' in options) {
    const { dataDir, ...more } = options
    return openSqlite({ folder: dataDir, ...more })
  }
  const { openPostgres } = await import('./postgres/open.ts')
  const { databaseUrl, ...more } = options
  return openPostgres({ url: databaseUrl, ...more })
}
