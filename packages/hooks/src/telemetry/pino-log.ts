import { redact } from '@movoice-kit/core/engine'
import { pino } from 'pino'
import type { Log } from './log.ts'
import type { LogLevel } from './log-levels.ts'

export interface PinoLogOptions {
  readonly level: LogLevel
  /** Takes one line of JSON at a time. */
  readonly write: (line: string) => void
  /** What must not appear in any line, in whatever field. */
  readonly secrets: readonly string[]
}

/** What secrets look like that this server makes or is given, known or not. */
const SECRETS = /\b(whsec_|hooks_|sk_)[A-Za-z0-9+/_=-]{8,}|(\bBearer +)[\w.~+/=-]+/gi
const MAX_ERROR = 1_000

/**
 * pino, with one gate that every finished line goes through: whatever was logged, secrets and the middle of phone
 * numbers do not come out.
 *
 * @example
 * const log = pinoLog({ level: 'info', write: (line) => process.stderr.write(line), secrets: [token] })
 * log.info({ hook: 'hook_1' }, 'a subscription was made')
 */
export function pinoLog({ level, write, secrets }: PinoLogOptions): Log {
  return pino(
    {
      level,
      base: { name: 'movoice-hooks', pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: plainError },
    },
    { write: (line: string) => write(cleanLine(line, secrets)) },
  )
}

function cleanLine(line: string, secrets: readonly string[]): string {
  return redact(line, secrets).replace(
    SECRETS,
    (_found, prefix: string | undefined, bearer: string | undefined) => `${prefix ?? bearer}[redacted]`,
  )
}

/** No more than what happened and where: a database's error may hold the row it is about. */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error).slice(0, MAX_ERROR) }
  const { name, message, stack } = error
  const { code } = error as { readonly code?: unknown }
  const where = stack?.split('\n').filter((line) => line.startsWith('    at '))
  return {
    type: name,
    message: message.slice(0, MAX_ERROR),
    ...(typeof code === 'string' && { code }),
    ...(where !== undefined && { stack: where.slice(0, 8).join('\n') }),
  }
}
