import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { CommandError, type CommandIo, ConfigurationError } from '@movoice-kit/core/command'
import type { Command } from 'commander'
import { commandFor, quietOption } from './options.ts'

interface VerifyFlags {
  readonly secret?: string
  readonly signature: string
  readonly id?: string
  readonly timestamp?: string
  readonly quiet?: boolean
}

const AFTER = `
Examples:
  movoice verify body.json --secret s --signature 5a1f…
  movoice verify body.json --secret whsec_… --signature v1,… --id msg_… --timestamp 1767225600`

/** `movoice verify`. */
export function verifyCommand(io: CommandIo): Command {
  return commandFor(io, 'verify')
    .description(
      'Say whether a signature fits, and if not, what is off: the body, the secret or the encoding.',
    )
    .argument('<file>', 'the body as it came, byte by byte; - for standard input')
    .requiredOption('--signature <text>', "the header's value: X-Movoice-Signature, or webhook-signature")
    .option('--secret <secret>', 'what it should be signed with; MOVOICE_WEBHOOK_SECRET if not given')
    .option('--id <id>', 'the webhook-id header, for a delivery of the relay')
    .option('--timestamp <seconds>', 'the webhook-timestamp header, for a delivery of the relay')
    .addOption(quietOption())
    .addHelpText('after', AFTER)
    .action(async (file: string, flags: VerifyFlags) => {
      const secret = flags.secret ?? io.env.MOVOICE_WEBHOOK_SECRET
      if (secret === undefined || secret === '') {
        throw new ConfigurationError('--secret', 'is missing', 'Give it, or set MOVOICE_WEBHOOK_SECRET.')
      }
      const { diagnoseSignature } = await import('./diagnose-signature.ts')
      const { fits, line } = diagnoseSignature({
        body: await readBody(file),
        secret,
        headers: headersOf(flags),
        now: io.clock?.now() ?? Date.now(),
      })
      if (!fits) throw new CommandError(line)
      if (flags.quiet !== true) io.stdout.write(`${line}\n`)
    })
}

function headersOf({ signature, id, timestamp }: VerifyFlags): Record<string, string> {
  if (id === undefined && timestamp === undefined) return { 'x-movoice-signature': signature }
  return {
    'webhook-signature': signature,
    ...(id !== undefined && { 'webhook-id': id }),
    ...(timestamp !== undefined && { 'webhook-timestamp': timestamp }),
  }
}

async function readBody(file: string): Promise<string> {
  if (file === '-') return text(process.stdin)
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? 'unreadable'
    throw new ConfigurationError('<file>', `cannot be read (${code}): ${file}`)
  }
}
