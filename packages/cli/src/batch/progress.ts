import { type Clock, maskPhone } from '@movoice-kit/core'
import type { CommandIo } from '@movoice-kit/core/command'
import { LiveLines, terminalWidth } from '../screen.ts'
import { printable } from '../table.ts'
import type { Row } from './journal.ts'

const BAR = 24
const MINUTE_MS = 60_000
/** Before so many are done, nobody can say how long the rest takes. */
const ENOUGH_TO_GUESS = 3

export interface ProgressOptions {
  readonly clock: Clock
  readonly quiet: boolean
  /** Rows that this run is to bring to their end. */
  readonly total: number
}

/** How far a batch is: two lines that change for a person at a terminal, a line a change for everybody else. */
export class Progress {
  readonly #io: CommandIo
  readonly #options: ProgressOptions
  readonly #live: LiveLines | undefined
  readonly #began: number
  /** What was last said of each row. */
  readonly #said = new Map<string, string>()
  readonly #placedAt: number[] = []
  #done = 0

  constructor(io: CommandIo, options: ProgressOptions) {
    this.#io = io
    this.#options = options
    this.#began = options.clock.now()
    const bar = !options.quiet && terminalWidth(io.stderr) !== undefined
    this.#live = bar ? new LiveLines(io.stderr) : undefined
  }

  /** @param done whether nothing more is to come of this row */
  tell(row: Row, said: string, done: boolean): void {
    const what = printable(said)
    const now = this.#options.clock.now()
    const [kind = ''] = what.split(':')
    if (kind === 'placed' || kind === 'found') this.#placedAt.push(now)
    this.#said.set(row.phone, kind === 'placed' || kind === 'found' ? 'placed' : kind)
    if (done) this.#done += 1
    if (this.#live !== undefined) this.draw()
    else if (!this.#options.quiet) {
      this.#io.stderr.write(`line ${row.line}  ${maskPhone(row.phone)}  ${what}\n`)
    }
  }

  /** Says something above the lines that change. */
  note(line: string): void {
    if (this.#options.quiet) return
    this.#live?.clear()
    this.#io.stderr.write(`${line}\n`)
    this.draw()
  }

  /** Keeps the lines in time until `over` resolves. */
  async run(over: Promise<unknown>): Promise<void> {
    if (this.#live === undefined) return
    let going = true
    const end = new AbortController()
    const ended = over.finally(() => {
      going = false
      end.abort()
    })
    ended.catch(() => undefined)
    while (going) {
      this.draw()
      await this.#options.clock.sleep(1_000, end.signal)
    }
    this.#live.clear()
  }

  draw(): void {
    this.#live?.show(this.lines())
  }

  lines(): string[] {
    const { total } = this.#options
    const full = total === 0 ? BAR : Math.round((this.#done / total) * BAR)
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`
    const counts = new Map<string, number>()
    for (const kind of this.#said.values()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    const outcomes = [...counts].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${count} ${kind}`)
    return [
      [`${bar} ${this.#done}/${total}`, `${this.#rate()} a minute`, this.#left()]
        .filter((part) => part !== '')
        .join('  '),
      outcomes.length === 0 ? 'nothing placed yet' : outcomes.join(' · '),
    ]
  }

  #rate(): number {
    const since = this.#options.clock.now() - MINUTE_MS
    while ((this.#placedAt[0] ?? Number.POSITIVE_INFINITY) < since) this.#placedAt.shift()
    return this.#placedAt.length
  }

  #left(): string {
    const left = this.#options.total - this.#done
    if (this.#done < ENOUGH_TO_GUESS || left <= 0) return ''
    const ms = ((this.#options.clock.now() - this.#began) / this.#done) * left
    return `about ${spoken(ms)} left`
  }
}

/** A length of time as people say it. */
export function spoken(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
