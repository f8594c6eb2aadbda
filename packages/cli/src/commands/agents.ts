import type { UpdateAgentInput } from '@movoice-kit/core'
import { CommandError, type CommandIo, ConfigurationError } from '@movoice-kit/core/command'
import type { Command } from 'commander'
import { clientOf } from '../client.ts'
import { agentRow } from '../columns.ts'
import { type Format, formatOption, printRecord, printRecords } from '../output.ts'
import { commandFor, confirmed, keyValue, notesOf, quietOption } from './options.ts'

interface UpdateFlags {
  readonly prompt?: string
  readonly promptFile?: string
  readonly voice?: string
  readonly set?: Record<string, string>
  readonly yes?: boolean
  readonly quiet?: boolean
  readonly output: Format
}

/** `movoice agents`. */
export function agentsCommand(io: CommandIo): Command {
  return commandFor(io, 'agents')
    .description('List, read and change voice agents.')
    .addCommand(
      commandFor(io, 'list')
        .description('List agents.')
        .addOption(quietOption())
        .addOption(formatOption())
        .action(async ({ output }: { readonly output: Format }) => {
          const { items } = await clientOf(io).agents.list({ signal: io.signal })
          await printRecords(io, output, items, agentRow, 'There are no agents.')
        }),
    )
    .addCommand(
      commandFor(io, 'get')
        .description('Read an agent with its configuration.')
        .argument('<id>', 'the id of the agent')
        .addOption(quietOption())
        .addOption(formatOption())
        .action(async (id: string, { output }: { readonly output: Format }) => {
          const agent = await clientOf(io).agents.get(id, { signal: io.signal })
          await printRecord(io, output, agent, agentRow)
        }),
    )
    .addCommand(
      commandFor(io, 'update')
        .description('Change an agent. Shows what would change, and asks.')
        .argument('<id>', 'the id of the agent')
        .option('--prompt <text>', 'what the agent is told')
        .option('--prompt-file <path>', 'a file that holds the prompt')
        .option('--voice <id>', 'the voice it speaks with, such as sarvam_hindi_female_01')
        .option('--set <name=value>', 'another field, as text; may be repeated', keyValue)
        .option('-y, --yes', 'do not ask')
        .addOption(quietOption())
        .addOption(formatOption())
        .action((id: string, flags: UpdateFlags) => updateAgent(io, id, flags)),
    )
}

async function updateAgent(io: CommandIo, id: string, flags: UpdateFlags): Promise<void> {
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
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text
    .split('\n')
    .map((line) => `${mark}${line}\n`)
    .join('')
}
