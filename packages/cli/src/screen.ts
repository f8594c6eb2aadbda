import { styleText } from 'node:util'
import type { CommandIo } from '@movoice-kit/core/command'
import { cut } from './table.ts'

type Stream = CommandIo['stderr']
type Style = Parameters<typeof styleText>[0]

/** How wide a stream's terminal is; `undefined` if it is none: a pipe gets no lines that change, and no colours. */
export function terminalWidth(stream: Stream): number | undefined {
  const { isTTY, columns } = stream as { readonly isTTY?: unknown; readonly columns?: unknown }
  if (isTTY !== true) return undefined
  return typeof columns === 'number' && columns > 0 ? columns : 80
}

/** Colours a text where its stream shows colours and nobody has said no to them (https://no-color.org). */
export function painter(io: CommandIo, stream: Stream): (style: Style, text: string) => string {
  const plain =
    (io.env.NO_COLOR ?? '') !== '' || io.env.TERM === 'dumb' || terminalWidth(stream) === undefined
  return (style, text) => (plain ? text : styleText(style, text, { validateStream: false }))
}

/** Lines at the bottom of a terminal that are written over again and again. */
export class LiveLines {
  readonly #stream: Stream
  #shown = 0

  constructor(stream: Stream) {
    this.#stream = stream
  }

  show(lines: readonly string[]): void {
    const width = terminalWidth(this.#stream) ?? 80
    // One column less than there is, as some terminals break a line that is full.
    this.#stream.write(`${this.#erase()}${lines.map((line) => `${cut(line, width - 1)}\n`).join('')}`)
    this.#shown = lines.length
  }

  clear(): void {
    this.#stream.write(this.#erase())
    this.#shown = 0
  }

  #erase(): string {
    // From the first column, as a terminal writes ^C where the cursor stands.
    return this.#shown === 0 ? '' : `\r\x1b[${this.#shown}A\x1b[0J`
  }
}
