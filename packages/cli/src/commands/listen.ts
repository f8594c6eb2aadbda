import { type CommandIo, webhookEventTypes } from '@movoice-kit/core/command'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ListenFlags } from '../actions/listen.ts'
import { shapes } from '../listen/shape.ts'
import { commandFor, formatOption, httpUrl, list, quietOption, wholeNumber } from './options.ts'

const AFTER = `
This is no tunnel: Movoice cannot reach your machine through it. It looks for
events from here, at the relay if there is one (HOOKS_TOKEN, and --hooks-url),
else in the list of calls, signs them anew and posts them to your URL. What
comes from the list of calls comes some seconds late, and only calls that begin
or end can be seen there.

Without --secret and MOVOICE_WEBHOOK_SECRET the secret is made from your token
or key, and stays the same.

Examples:
  movoice listen --forward-to http://127.0.0.1:3000/webhooks
  movoice listen --print-secret
  movoice listen --hooks-url https://hooks.example.com --as relay`

/** `movoice listen`. */
export function listenCommand(io: CommandIo): Command {
  return commandFor(io, 'listen')
    .description('Hand what happens to calls on to a URL on this machine, signed as Movoice signs it.')
    .option('--forward-to <url>', 'where to post every event; without it, they are only printed', httpUrl)
    .option('--events <types>', `only these, parted by commas: ${webhookEventTypes.join(', ')}`, eventTypes)
    .option('--hooks-url <url>', 'the relay to hear it from; HOOKS_URL if not given', httpUrl)
    .addOption(
      new Option('--as <shape>', "a webhook of Movoice's, or a delivery of the relay's")
        .choices(shapes)
        .default('movoice'),
    )
    .option('--secret <secret>', 'what to sign with; MOVOICE_WEBHOOK_SECRET if not given')
    .option('--print-secret', 'print the secret that is signed with, and end')
    .option('--headers <name:value>', 'a header to send along; parted by commas, or repeated', headers)
    .option('--skip-verify', 'take a certificate of the URL that nobody vouches for')
    .option('--every <seconds>', 'how often to look, where it has to', wholeNumber, 5)
    .addOption(quietOption())
    .addOption(formatOption())
    .addHelpText('after', AFTER)
    .action(async (flags: ListenFlags) => {
      const { listen } = await import('../actions/listen.ts')
      await listen(io, flags)
    })
}

function eventTypes(text: string, before?: readonly string[]): string[] {
  const types = list(text, before)
  const strange = types.filter((type) => !(webhookEventTypes as readonly string[]).includes(type))
  if (strange.length === 0) return types
  throw new InvalidArgumentError(
    `There is no event ${strange.join(', ')}. There are: ${webhookEventTypes.join(', ')}.`,
  )
}

function headers(text: string, before: Record<string, string> = {}): Record<string, string> {
  const pairs = list(text).map((pair): [string, string] => {
    const at = pair.indexOf(':')
    const name = pair.slice(0, at).trim().toLowerCase()
    const value = pair.slice(at + 1).trim()
    if (at < 1 || !/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw new InvalidArgumentError('It must be name:value, such as x-tenant:clinic.')
    }
    return [name, value]
  })
  return { ...before, ...Object.fromEntries(pairs) }
}
