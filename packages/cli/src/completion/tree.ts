import type { CommandIo } from '@movoice-kit/core/command'
import type { Argument, Command, Option } from 'commander'
import type { Door } from '../doors.ts'

/** What may follow where a value is due: one of a few words, the name of a file, or anything. */
export type Value = readonly string[] | 'file' | 'any'

export interface Flag {
  /** As it is typed: `--output`, `-o`. */
  readonly names: readonly string[]
  readonly says: string
  /** What comes after it; `undefined` where nothing does. */
  readonly value: Value | undefined
}

/** A command with all that may be typed after it. */
export interface Node {
  /** Such as `/calls/list`; empty for `movoice` itself. */
  readonly path: string
  readonly flags: readonly Flag[]
  readonly commands: readonly { readonly name: string; readonly says: string }[]
  /** What its own argument may be. */
  readonly argument: Value | undefined
}

/** Every command there is, as its own code says: nothing of it is written down a second time. */
export async function tree(top: Command, doors: readonly Door[], io: CommandIo): Promise<Node[]> {
  const nodes: Node[] = []
  const add = (command: Command, path: string) => {
    const help = command.createHelp()
    const commands = help.visibleCommands(command)
    nodes.push({
      path,
      flags: help.visibleOptions(command).map(flagOf),
      commands: commands.map((one) => ({ name: one.name(), says: one.description() || one.summary() })),
      argument: command.registeredArguments.map(argumentOf).at(0),
    })
    for (const one of commands) if (path !== '' && one.name() !== 'help') add(one, `${path}/${one.name()}`)
  }
  add(top, '')
  for (const { name, load } of doors) add(await load(io), `/${name}`)
  return nodes
}

function flagOf({ short, long, description, required, optional, argChoices, flags }: Option): Flag {
  const names = [long, short].filter((name) => name !== undefined)
  return {
    names,
    says: description,
    value: required || optional ? kindOf(argChoices, flags) : undefined,
  }
}

function argumentOf(argument: Argument): Value {
  return kindOf(argument.argChoices, `<${argument.name()}>`)
}

function kindOf(choices: readonly string[] | undefined, written: string): Value {
  if (choices !== undefined) return choices
  return /<(file|path|folder)>/i.test(written) ? 'file' : 'any'
}
