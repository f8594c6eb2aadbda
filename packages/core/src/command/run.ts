import { type ExitCode, exitCodes } from './exit-codes.ts'
import { describeFailure } from './failure.ts'
import type { CommandIo } from './io.ts'

/** The part of a commander `Command` that is needed here, so that core needs no commander. */
export interface RunnableCommand {
  parseAsync(argv: readonly string[], options: { from: 'user' }): Promise<unknown>
}

/**
 * Runs a command line and gives the code to end with. A user's mistake becomes one line on stderr; only a fault
 * of the kit itself shows its stack. The command must have been told `exitOverride()`.
 *
 * @example
 * process.exitCode = await runCommand(sandboxCommand(io), process.argv.slice(2), io)
 */
export async function runCommand(
  command: RunnableCommand,
  argv: readonly string[],
  io: Pick<CommandIo, 'stderr'>,
): Promise<ExitCode> {
  try {
    await command.parseAsync(argv, { from: 'user' })
    return exitCodes.done
  } catch (error) {
    // commander has written its own line by then; help and version that were asked for end with 0.
    const code = parserExit(error)
    if (code !== undefined) return code === 0 ? exitCodes.done : exitCodes.usage
    const failure = describeFailure(error)
    if (failure === undefined) {
      io.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
      return exitCodes.failed
    }
    io.stderr.write(`${failure.line}\n`)
    return failure.exitCode
  }
}

function parserExit(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('exitCode' in error)) return undefined
  return typeof error.code === 'string' && error.code.startsWith('commander.')
    ? Number(error.exitCode)
    : undefined
}
