import { isMovoiceError, redact } from '@movoice-kit/core/engine'

/** Lines for operators: JSON, without numbers and secrets. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Tokens and keys by their looks, wherever they turn up. */
const SECRET = /\b(xox[a-z]-|xoxe\.|xapp-|sk_|whsec_)[\w.-]{6,}/g

export const clean = (text: string): string => redact(text.replace(SECRET, '[redacted]'), [])

/**
 * @param write takes one line, with its end
 * @example
 * const log = jsonLog((line) => process.stderr.write(line), () => Date.now())
 */
export function jsonLog(write: (line: string) => unknown, now: () => number): Log {
  const line = (level: string) => (fields: object, message: string) => {
    write(`${clean(JSON.stringify({ at: new Date(now()).toISOString(), level, message, ...fields }))}\n`)
  }
  return { info: line('info'), warn: line('warn'), error: line('error') }
}

/** An error as a log may hold it. */
export function errorFields(error: unknown): object {
  if (isMovoiceError(error)) {
    const { name, code, status, requestId, attempts, sent } = error
    return { error: name, code, status, requestId, attempts, sent, says: clean(error.message) }
  }
  if (error instanceof Error) {
    const data = (error as { readonly data?: { readonly error?: unknown } }).data
    return {
      error: error.name,
      code: (error as { readonly code?: unknown }).code,
      slack: data?.error,
      says: clean(error.message),
    }
  }
  return { error: 'unknown', says: clean(String(error)) }
}
