import { createInterface } from 'node:readline/promises'
import type { CommandIo } from './io.ts'

/**
 * The io of this process. SIGINT and SIGTERM fire its signal; a second one ends the process at once, for a person
 * who will not wait.
 *
 * @example
 * const io = processIo()
 * process.exitCode = await runCommand(program(io), process.argv.slice(2), io)
 */
export function processIo(): CommandIo {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(130)
      stop.abort()
    })
  }
  // Whoever read along has left, as `| head` does: what is under way is finished all the same.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  const isTerminal = process.stdout.isTTY === true
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signal: stop.signal,
    isTerminal,
    ...(process.stdin.isTTY === true && {
      ask: async (question: string) => {
        const lines = createInterface({ input: process.stdin, output: process.stderr })
        try {
          return await lines.question(question, { signal: stop.signal })
        } finally {
          lines.close()
        }
      },
    }),
  }
}
