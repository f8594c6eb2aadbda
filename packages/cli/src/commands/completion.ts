import type { CommandIo } from '@movoice-kit/core/command'
import { Argument, type Command } from 'commander'
import type { Node } from '../completion/tree.ts'
import { commandFor, quietOption } from './options.ts'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

const AFTER = `
  bash   echo 'source <(movoice completion bash)' >> ~/.bashrc
  zsh    echo 'source <(movoice completion zsh)' >> ~/.zshrc
  fish   movoice completion fish > ~/.config/fish/completions/movoice.fish

Made from the commands themselves: make it anew after an update.`

/** `movoice completion`. */
export function completionCommand(io: CommandIo): Command {
  return commandFor(io, 'completion')
    .description('Print what makes a shell complete commands, flags and their values.')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .addOption(quietOption())
    .addHelpText('after', AFTER)
    .action(async (shell: Shell) => {
      const [{ program }, { doors }, { tree }] = await Promise.all([
        import('../program.ts'),
        import('../doors.ts'),
        import('../completion/tree.ts'),
      ])
      const nodes = await tree(program(io), doors, io)
      io.stdout.write(await scriptOf(shell, nodes))
    })
}

async function scriptOf(shell: Shell, nodes: readonly Node[]): Promise<string> {
  switch (shell) {
    case 'bash':
      return (await import('../completion/bash.ts')).bashCompletion(nodes)
    case 'zsh':
      return (await import('../completion/zsh.ts')).zshCompletion(nodes)
    case 'fish':
      return (await import('../completion/fish.ts')).fishCompletion(nodes)
  }
}
