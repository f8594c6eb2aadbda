import { systemClock } from '@movoice-kit/core'
import { type CommandIo, runCommand } from '@movoice-kit/core/command'
import { program } from '../program.ts'

/** Sandbox seconds in a real one. */
export const SPEED = 600

const LONG_MS = 30_000

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  /** Ends it, as Ctrl-C would. */
  readonly signal?: AbortSignal
  readonly onOut?: (text: string) => void
  readonly onErr?: (text: string) => void
  /** Both streams are a terminal this many columns wide. */
  readonly columns?: number
}

/** Runs `movoice` in this process, with everything it may touch handed in. */
export async function runCli(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  answers: readonly string[] | undefined = undefined,
  { signal = new AbortController().signal, onOut, onErr, columns }: RunOptions = {},
): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const left = [...(answers ?? [])]
  const terminal = columns === undefined ? {} : { isTTY: true, columns }
  const io: CommandIo = {
    stdout: {
      ...terminal,
      write: (text: string) => {
        out.push(text)
        onOut?.(text)
      },
    },
    isTerminal: columns !== undefined,
    stderr: {
      ...terminal,
      write: (text: string) => {
        err.push(text)
        onErr?.(text)
      },
    },
    env,
    signal,
    // The sandbox of these tests runs faster than life, and so do the pauses between two looks at it. What waits long
    // waits for an answer, which comes no faster on a busy machine.
    clock: {
      now: Date.now,
      sleep: (ms, signal) =>
        systemClock.sleep(ms < LONG_MS ? ms / SPEED : Math.max(2_000, ms / SPEED), signal),
    },
    ...(answers !== undefined && {
      ask: async (question: string) => {
        err.push(question)
        return left.shift() ?? ''
      },
    }),
  }
  const code = await runCommand(program(io), argv, io)
  return { code, out: out.join(''), err: err.join('') }
}
