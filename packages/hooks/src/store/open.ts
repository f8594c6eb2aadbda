import type { Database } from './database.ts'
import { openSqlite } from './sqlite/open.ts'

export type StoreOptions =
  | {
      readonly dataDir: string
      readonly maxBytes?: number | undefined
      readonly standStill?: boolean | undefined
    }
  | {
      readonly databaseUrl: string
      readonly maxConnections?: number | undefined
      readonly onLost?: (error: Error) => void
    }

/** Opens whichever database the options name. PostgreSQL's driver is loaded only where it is used. */
export async function openDatabase(options: StoreOptions): Promise<Database> {
  if ('dataDir' in options) {
    const { dataDir, maxBytes, standStill } = options
    return openSqlite({ folder: dataDir, maxBytes, standStill })
  }
  const { openPostgres } = await import('./postgres/open.ts')
  return openPostgres({
    url: options.databaseUrl,
    maxConnections: options.maxConnections,
    onLost: options.onLost,
  })
}
