import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { CommandError, type CommandIo, ConfigurationError, readSecrets } from '@movoice-kit/core/command'
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
  movoice verify body.json --signature v1,… --id msg_… --timestamp 1767225600`

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
      const secrets = secretsOf(flags.secret, io.env.MOVOICE_WEBHOOK_SECRET)
      if (secrets.length === 0) {
        throw new ConfigurationError('--secret', 'is missing', 'Give it, or set MOVOICE_WEBHOOK_SECRET.')
      }
      const headers = headersOf(flags)
      const { diagnoseSignature } = await import('./diagnose-signature.ts')
      const { fits, line } = diagnoseSignature({
        body: await readBody(file),
        secrets,
        headers,
        now: io.clock?.now() ?? Date.now(),
      })
      if (!fits) throw new CommandError(line)
      if (flags.quiet !== true) io.stdout.write(`${line}\n`)
    })
}

/** The setting may hold several; a flag is tried as it was typed, so that what is wrong with it can be seen. */
function secretsOf(flag: string | undefined, setting: string | undefined): readonly string[] {
  if (flag === undefined) return readSecrets(setting)
  const parts = readSecrets(flag)
  return flag === '' ? [] : [flag, ...(parts.length > 1 ? parts : [])]
}

function headersOf({ signature, id, timestamp }: VerifyFlags): Record<string, string> {
  // The whole line is what people copy.
  const value = signature.trim().replace(/^(x-movoice|webhook)-signature:\s*/i, '')
  if (value === '') throw new ConfigurationError('--signature', 'is empty')
  if (id === undefined && timestamp === undefined && !/^v1a?,/.test(value)) {
    return { 'x-movoice-signature': value }
  }
  return {
    'webhook-signature': value,
    ...(id !== undefined && { 'webhook-id': id }),
    ...(timestamp !== undefined && { 'webhook-timestamp': timestamp }),
  }
}

async function readBody(file: string): Promise<Uint8Array> {
  if (file === '-') return buffer(process.stdin)
  try {
    return await readFile(file)
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? 'unreadable'
    throw new ConfigurationError('<file>', `cannot be read (${code}): ${file}`)
  }
}
