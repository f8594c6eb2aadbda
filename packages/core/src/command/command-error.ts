import { type ExitCode, exitCodes } from './exit-codes.ts'

const BRAND = Symbol.for('@movoice-kit/core/command-error')

/** What else a {@link CommandError} can say. */
export interface CommandErrorDetails {
  /** What to do next, in a sentence. */
  readonly hint?: string
  readonly exitCode?: ExitCode
}

/**
 * A command cannot go on for a reason that its user can mend: shown as one line, never as a stack.
 *
 * @example
 * throw new CommandError('Port 4010 is in use.', { hint: 'Stop what listens there, or choose another with --port.' })
 */
export class CommandError extends Error {
  override readonly name: string = 'CommandError'
  readonly hint: string
  readonly exitCode: ExitCode

  constructor(message: string, { hint = '', exitCode = exitCodes.failed }: CommandErrorDetails = {}) {
    super(message)
    this.hint = hint
    this.exitCode = exitCode
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/**
 * A setting from the environment or the command line is missing or malformed.
 *
 * @example
 * throw new ConfigurationError('HOOKS_TOKEN', 'is missing', 'Set it to a long random text.')
 */
export class ConfigurationError extends CommandError {
  override readonly name = 'ConfigurationError'
  /** The environment variable or flag, such as `HOOKS_TOKEN` or `--port`. */
  readonly setting: string

  constructor(setting: string, problem: string, hint = '') {
    super(`${setting} ${problem}.`, { hint, exitCode: exitCodes.usage })
    this.setting = setting
  }
}

/**
 * Whether a value is a {@link CommandError}, also one made by another copy of the kit.
 *
 * @example
 * if (isCommandError(error)) process.exitCode = error.exitCode
 */
export function isCommandError(value: unknown): value is CommandError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true
}
