import { CommandError, type CommandIo } from '@movoice-kit/core/command'
import type { Format } from '../commands/options.ts'
import { checkAccount } from '../doctor/account.ts'
import type { Finding } from '../doctor/check.ts'
import { checkFolders, checkNode } from '../doctor/machine.ts'
import { checkRelay } from '../doctor/relay.ts'
import { checkSlack } from '../doctor/slack.ts'
import { type Column, printRecords } from '../output.ts'
import { painter, terminalWidth } from '../screen.ts'
import { wrap } from '../table.ts'

export interface DoctorFlags {
  readonly quiet?: boolean
  readonly output: Format
}

const findingRow: readonly Column<Finding>[] = [
  { head: 'CHECK', of: ({ check }) => check },
  { head: 'STATE', of: ({ state }) => state },
  { head: 'SAYS', of: ({ says }) => says },
  { head: 'REMEDY', of: ({ remedy }) => remedy },
]

const MARKS = { ok: ['✓', 'green'], bad: ['✗', 'red'], none: ['–', 'dim'] } as const

/** What `movoice doctor` does. */
export async function doctor(io: CommandIo, { output, quiet = false }: DoctorFlags): Promise<void> {
  const found = await Promise.all([checkAccount(io), checkRelay(io), checkSlack(io)])
  const findings = [checkNode(process.versions.node), ...found.flat(), ...checkFolders(io.env)]
  const wrong = findings.filter(({ state }) => state === 'bad')
  if (output !== 'table') await printRecords(io, output, findings, findingRow, '')
  else show(io, quiet ? wrong : findings)
  if (wrong.length === 0) return
  throw new CommandError(wrong.length === 1 ? '1 thing is wrong.' : `${wrong.length} things are wrong.`)
}

function show(io: CommandIo, findings: readonly Finding[]): void {
  const paint = painter(io, io.stdout)
  const width = Math.max(...findings.map(({ check }) => check.length))
  for (const { check, state, says, remedy } of findings) {
    const [mark, colour] = MARKS[state]
    const indent = ' '.repeat(width + 4)
    const room = (terminalWidth(io.stdout) ?? Number.POSITIVE_INFINITY) - indent.length - 1
    const [first = '', ...more] = [...wrap(says, room), ...(remedy === '' ? [] : wrap(remedy, room))]
    io.stdout.write(`${paint(colour, mark)} ${check.padEnd(width)}  ${first}\n`)
    for (const line of more) io.stdout.write(`${indent}${line}\n`)
  }
}
