import type { Clock } from '../engine/clock.ts'

/** What a command may touch: handed in, so that a command is tested without a process of its own. */
export interface CommandIo {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Fires when the command is to stop: Ctrl-C, SIGTERM. */
  readonly signal: AbortSignal
  /** Whether a person reads stdout: colours and lines that change are for people. */
  readonly isTerminal?: boolean
  /** The machine's time if not given. */
  readonly clock?: Clock
  /** Asks the person and resolves to what was typed; absent where nobody can answer. */
  readonly ask?: (question: string) => Promise<string>
}
