import { styleText } from 'node:util'
import type { CommandIo } from '@movoice-kit/core/command'
import { terminalWidth } from '../screen.ts'
import { wrap } from '../table.ts'

export type Mark = 'step' | 'good' | 'bad'

/** Tells what happens as it happens: one line a step, with the time since the start and who did it. */
export class Timeline {
  readonly #io: CommandIo
  readonly #now: () => number
  readonly #began: number
  readonly #quiet: boolean

  /** @param quiet leaves only what comes out in the end */
  constructor(io: CommandIo, now: () => number, quiet = false) {
    this.#io = io
    this.#now = now
    this.#quiet = quiet
    this.#began = now()
  }

  tell(who: string, what: string, mark: Mark = 'step'): void {
    if (this.#quiet) return
    const seconds = ((this.#now() - this.#began) / 1000).toFixed(2).padStart(6)
    const sign = { step: '·', good: '✓', bad: '✗' }[mark]
    const colour = { step: 'dim', good: 'green', bad: 'red' } as const
    const head = `${seconds} s  ${sign} ${who.padEnd(10)}  `
    const width = terminalWidth(this.#io.stdout) ?? Number.POSITIVE_INFINITY
    const lines = wrap(what, Math.max(20, width - head.length - 1)).join(`\n${' '.repeat(head.length)}`)
    this.#io.stdout.write(
      `${this.#paint('dim', `${seconds} s`)}  ${this.#paint(colour[mark], sign)} ${this.#paint('bold', who.padEnd(10))}  ${lines}\n`,
    )
  }

  title(text: string): void {
    if (!this.#quiet) this.#io.stdout.write(`\n${this.#paint('bold', text)}\n`)
  }

  text(text: string): void {
    this.#io.stdout.write(`${text}\n`)
  }

  #paint(style: 'dim' | 'green' | 'red' | 'bold', text: string): string {
    const plain = this.#io.isTerminal !== true || (this.#io.env.NO_COLOR ?? '') !== ''
    return plain ? text : styleText(style, text, { validateStream: false })
  }
}
