import type { UpdateAgentInput } from '@movoice-kit/core'
import { CommandError, type CommandIo, ConfigurationError } from '@movoice-kit/core/command'
import { clientOf } from '../client.ts'
import { agentRow } from '../columns.ts'
import { confirmed, type Format } from '../commands/options.ts'
import { notesOf } from '../notes.ts'
import { printRecord, printRecords } from '../output.ts'
import { printable } from '../table.ts'

export interface UpdateFlags {
  readonly prompt?: string
  readonly promptFile?: string
  readonly voice?: string
  readonly set?: Record<string, string>
  readonly yes?: boolean
  readonly quiet?: boolean
  readonly output: Format
}

/** What `movoice agents list` does. */
export async function listAgents(io: CommandIo, output: Format): Promise<void> {
  const { items } = await clientOf(io).agents.list({ signal: io.signal })
  await printRecords(io, output, items, agentRow, 'There are no agents.')
}

/** What `movoice agents get` does. */
export async function showAgent(io: CommandIo, id: string, output: Format): Promise<void> {
  await printRecord(io, output, await clientOf(io).agents.get(id, { signal: io.signal }), agentRow)
}

/** What `movoice agents update` does. */
export async function updateAgent(io: CommandIo, id: string, flags: UpdateFlags): Promise<void> {
  const patch = await readPatch(flags)
  if (Object.keys(patch).length === 0) {
    throw new ConfigurationError(
      '--prompt',
      'is missing: there is nothing to change',
      'Or give --voice or --set.',
    )
  }
  const { agents } = clientOf(io)
  const before = await agents.get(id, { signal: io.signal })
  const changed = Object.keys(patch).filter((name) => before[name] !== patch[name])
  if (changed.length === 0) {
    notesOf(io, flags)('The agent is already as you want it; nothing was sent.')
    return printRecord(io, flags.output, before, agentRow)
  }
  // Whoever is asked must see what it is about.
  const silent = flags.quiet === true && flags.yes === true
  for (const name of silent ? [] : changed) {
    io.stderr.write(`${name}\n${marked('- ', before[name])}${marked('+ ', patch[name])}`)
  }
  if (!(await confirmed(io, `Change ${id}?`, flags.yes))) throw new CommandError('Nothing was changed.')
  await printRecord(io, flags.output, await agents.update(id, patch, { signal: io.signal }), agentRow)
}

async function readPatch({ prompt, promptFile, voice, set }: UpdateFlags): Promise<UpdateAgentInput> {
  const fromFile = promptFile === undefined ? undefined : await readPrompt(promptFile)
  const said = prompt ?? fromFile
  return {
    ...set,
    ...(said !== undefined && { prompt: said }),
    ...(voice !== undefined && { voice_id: voice }),
  }
}

async function readPrompt(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  try {
    return (await readFile(path, 'utf8')).trimEnd()
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? 'unreadable'
    throw new ConfigurationError('--prompt-file', `names a file that cannot be read (${code}): ${path}`)
  }
}

function marked(mark: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = printable(typeof value === 'string' ? value : JSON.stringify(value))
  return text
    .split('\n')
    .map((line) => `${mark}${line}\n`)
    .join('')
}
