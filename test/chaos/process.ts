// A hooks server as its users run it: a process of its own, which a test may kill at any moment.
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'

export const TOKEN = 'a-token-of-the-chaos-suite'
export const SECRET = 'movoice-secret-of-the-chaos-suite'

export interface HooksProcessOptions {
  readonly dataDir?: string
  readonly databaseUrl?: string
  readonly env?: Readonly<Record<string, string>>
  /** A command that the server runs under, such as a tracer's. */
  readonly under?: readonly string[]
}

export interface HooksProcess {
  readonly url: string
  readonly pid: number
  /** From the start of the process until it took requests, in milliseconds. */
  readonly readyMs: number
  /** `SIGKILL` if not said otherwise. Resolves once it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>
  readonly alive: boolean
}

const bin = join(import.meta.dirname, '../../packages/hooks/src/bin.ts')
const START_MS = 60_000

/** Starts one and waits until it says that it is ready. */
export function startHooks(options: HooksProcessOptions): Promise<HooksProcess> {
  const store =
    options.databaseUrl === undefined
      ? ['--data', options.dataDir ?? '']
      : ['--database-url', options.databaseUrl]
  const command = [
    ...(options.under ?? []),
    process.execPath,
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    bin,
    '--port',
    '0',
    ...store,
  ]
  const began = performance.now()
  const child = spawn(command[0] ?? '', command.slice(1), {
    env: { ...process.env, HOOKS_TOKEN: TOKEN, MOVOICE_WEBHOOK_SECRET: SECRET, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const over = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return new Promise((resolve, reject) => {
    let out = ''
    let err = ''
    const fail = (why: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`the hooks server did not start: ${why} ${err}`))
    }
    const timer = setTimeout(() => fail('it took too long.'), START_MS)
    const onExit = (code: number | null) => fail(`it ended with ${code}.`)
    child.once('error', (error) => fail(error.message))
    child.once('exit', onExit)
    child.stderr?.on('data', (chunk: Buffer) => {
      if (err.length < 10_000) err += chunk.toString('utf8')
    })
    if (process.env.CHAOS_LOG !== undefined)
      child.stderr?.pipe(createWriteStream(process.env.CHAOS_LOG, { flags: 'a' }))
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8')
      const url = /hooks ready on (\S+)/.exec(out)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      child.off('exit', onExit)
      resolve(running(child, url, performance.now() - began, over))
    })
  })
}

function running(child: ChildProcess, url: string, readyMs: number, over: Promise<void>): HooksProcess {
  const alive = () => child.exitCode === null && child.signalCode === null
  return {
    url,
    pid: child.pid ?? 0,
    readyMs,
    get alive() {
      return alive()
    },
    end: async (signal = 'SIGKILL') => {
      if (alive()) child.kill(signal)
      await over
    },
  }
}
