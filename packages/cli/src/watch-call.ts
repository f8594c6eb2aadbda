import type { Call, Clock } from '@movoice-kit/core'
import type { CommandIo } from '@movoice-kit/core/command'
import { LiveLines, terminalWidth } from './screen.ts'

const WHEEL = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Shows where a call stands while somebody waits: a line that changes at a terminal, else a line a change. */
export class CallWatch {
  readonly #io: CommandIo
  readonly #clock: Clock
  readonly #live: LiveLines | undefined
  readonly #quiet: boolean
  readonly #callId: string
  #status: string
  /** When it was first seen to stand where it stands. */
  #since: number
  #turn = 0

  constructor(io: CommandIo, { clock, quiet, callId }: { clock: Clock; quiet: boolean; callId: string }) {
    this.#io = io
    this.#clock = clock
    this.#quiet = quiet
    this.#callId = callId
    this.#status = 'initiated'
    this.#since = clock.now()
    this.#live = !quiet && terminalWidth(io.stderr) !== undefined ? new LiveLines(io.stderr) : undefined
    this.#say()
  }

  see({ status }: Call): void {
    if (status === this.#status) return
    this.#status = status
    this.#since = this.#clock.now()
    this.#say()
  }

  /** Keeps the line in time until `over` settles. */
  async run(over: Promise<unknown>): Promise<void> {
    if (this.#live === undefined) return
    const end = new AbortController()
    const ended = over.finally(() => end.abort())
    ended.catch(() => undefined)
    while (!end.signal.aborted) {
      this.#turn += 1
      this.#live.show([this.line()])
      await this.#clock.sleep(250, end.signal)
    }
    this.#live.clear()
  }

  line(): string {
    const seconds = Math.max(0, Math.floor((this.#clock.now() - this.#since) / 1000))
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    return `${WHEEL[this.#turn % WHEEL.length]} ${this.#callId}  ${this.#status}  ${time}`
  }

  #say(): void {
    if (!this.#quiet && this.#live === undefined) this.#io.stderr.write(`${this.#callId}: ${this.#status}\n`)
  }
}
