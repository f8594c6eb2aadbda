import { createInterface } from 'node:readline/promises'
import { CommandError } from './command-error.ts'
import { exitCodes } from './exit-codes.ts'
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
  withoutSqliteWarning()
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
    // A question that goes into a file reaches nobody.
    ...(process.stdin.isTTY === true &&
      process.stderr.isTTY === true && { ask: (question: string) => ask(question, stop.signal) }),
  }
}

/** @throws {@link CommandError} if the answer is Ctrl-C; Ctrl-D is an answer without a word */
async function ask(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const stop = new AbortController()
  // While it asks, the terminal hands keys on as they are: Ctrl-C is one, and no signal.
  lines.once('SIGINT', () => stop.abort())
  const stopped = AbortSignal.any([signal, stop.signal])
  const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)))
  try {
    const answer = await Promise.race([lines.question(question, { signal: stopped }), closed])
    if (answer !== undefined) return answer
  } catch (error) {
    if ((error as { readonly name?: unknown }).name !== 'AbortError') throw error
  } finally {
    lines.close()
  }
  if (stopped.aborted) {
    throw new CommandError('Stopped. Nothing was done.', { exitCode: exitCodes.interrupted })
  }
  // Ctrl-D leaves the question standing in its line.
  process.stderr.write('\n')
  return ''
}

/** Node 22 warns that SQLite is an experiment: that is said to whoever wrote this, not to whoever runs it. */
function withoutSqliteWarning(): void {
  const emit = process.emitWarning.bind(process) as (...of: readonly unknown[]) => void
  process.emitWarning = (...of: readonly unknown[]) => {
    if (of[1] === 'ExperimentalWarning' && String(of[0]).includes('SQLite')) return
    emit(...of)
  }
}
