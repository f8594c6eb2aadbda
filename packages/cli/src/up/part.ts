import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface PartOptions {
  /** The command of `movoice` it runs. */
  readonly name: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** A line it wrote, other than the one that says it is ready. */
  readonly onLine: (line: string) => void
}

export interface Ended {
  readonly name: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Long enough for a delivery that is under way, in milliseconds. */
const STOP_MS = 10_000
/** Ends a part whose parent is gone, however it went: it is told by the channel between them. */
const ORPHAN = `process.on('disconnect',()=>process.kill(process.pid,'SIGTERM'));process.channel?.unref()`

/** One of the servers, in a process of its own: what brings it down leaves the others to end in order. */
export class Part {
  readonly name: string
  /** What its ready line names; rejects if it ends before. */
  readonly ready: Promise<string>
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess

  constructor({ name, argv, env, onLine }: PartOptions) {
    this.name = name
    const own = process.argv[1] ?? ''
    const orphan = ['--import', `data:text/javascript,${encodeURIComponent(ORPHAN)}`]
    this.#child = spawn(process.execPath, [...process.execArgv, ...orphan, own, name, ...argv], {
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C goes to us alone, and we end the parts one by one; twice would make them drop what they hold.
      detached: true,
    })
    this.ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve({ name, code: null, signal: null }))
      this.#child.once('exit', (code, signal) => resolve({ name, code, signal }))
    })
    const isReady = new RegExp(`^${name} ready (?:on )?(.+)$`)
    this.ready = new Promise((resolve, reject) => {
      const lines = (stream: NodeJS.ReadableStream | null) => {
        if (stream === null) return
        createInterface({ input: stream }).on('line', (line) => {
          const address = isReady.exec(line)?.[1]
          if (address === undefined) onLine(line)
          else resolve(address)
        })
      }
      lines(this.#child.stdout)
      lines(this.#child.stderr)
      void this.ended.then(() => reject(new Error(`${name} ended before it was ready.`)))
    })
    // Whoever waits for it is told; nobody has to.
    this.ready.catch(() => undefined)
  }

  /** Asks it to end, and ends it if it does not. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    await this.ended
    clearTimeout(timer)
  }
}
