import { type Logger, LogLevel } from '@slack/bolt'
import { clean, type Log } from '../calls/log.ts'

/** Bolt and Slack's client write to the app's own log: warnings and errors, without secrets. */
export function boltLogger(log: Log): Logger {
  const say = (parts: unknown[]): string =>
    clean(
      parts
        .map((part) =>
          typeof part === 'string' ? part : part instanceof Error ? `${part.name}: ${part.message}` : '',
        )
        .join(' '),
    ).slice(0, 1000)
  let level = LogLevel.WARN
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => log.warn({ from: 'slack' }, say(parts)),
    error: (...parts) => log.error({ from: 'slack' }, say(parts)),
    setLevel: (next) => {
      level = next
    },
    getLevel: () => level,
    setName: () => undefined,
  }
}
