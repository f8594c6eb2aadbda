import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const bin = join(import.meta.dirname, '../../packages/cli/src/bin.ts')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/**
 * A run of `movoice`, which can be killed.
 *
 * @param under a command that runs it, such as `prlimit` with its limits
 */
export function runMovoice(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  under: readonly string[] = [],
) {
  const [command = process.execPath, ...first] = [...under, process.execPath]
  const child: ChildProcess = spawn(
    command,
    [...first, '--conditions=source', '--disable-warning=ExperimentalWarning', bin, ...argv],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const texts = { out: '', err: '' }
  child.stdout?.on('data', (chunk: Buffer) => {
    texts.out += chunk.toString('utf8')
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    texts.err += chunk.toString('utf8')
  })
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...texts })))
  return {
    ended,
    pid: child.pid ?? 0,
    texts,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Until it has said something that fits, on either stream. */
    said: async (what: RegExp) => {
      while (
        !what.test(texts.err) &&
        !what.test(texts.out) &&
        child.exitCode === null &&
        child.signalCode === null
      )
        await sleep(5)
    },
  }
}
