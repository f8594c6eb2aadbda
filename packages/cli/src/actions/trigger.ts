import {
  CommandError,
  type CommandIo,
  ConfigurationError,
  exitCodes,
  readSecrets,
  type WebhookEventType,
} from '@movoice-kit/core/command'
import { sampleWebhook, signWebhook } from '@movoice-kit/core/events'
import { NoAnswer, post } from '../post.ts'

export interface TriggerFlags {
  readonly to: string
  readonly secret?: string
  readonly override?: Record<string, string>
  readonly remove?: readonly string[]
  readonly add?: Record<string, string>
  readonly print?: boolean
  readonly quiet?: boolean
}

/** What `movoice trigger` does. */
export async function trigger(io: CommandIo, event: WebhookEventType, flags: TriggerFlags): Promise<void> {
  const [secret] = readSecrets(flags.secret ?? io.env.MOVOICE_WEBHOOK_SECRET)
  if (secret === undefined) {
    throw new ConfigurationError('--secret', 'is missing', 'Give it, or set MOVOICE_WEBHOOK_SECRET.')
  }
  const fields: Record<string, unknown> = { ...sampleWebhook(event) }
  for (const [path, text] of Object.entries(flags.override ?? {})) place(fields, path, jsonOrText(text))
  for (const [path, text] of Object.entries(flags.add ?? {})) {
    if (Object.hasOwn(fields, path)) {
      throw new ConfigurationError(
        '--add',
        `names a field that ${event} has already: ${path}`,
        'Give --override.',
      )
    }
    place(fields, path, jsonOrText(text))
  }
  for (const path of flags.remove ?? []) place(fields, path, undefined)
  const body = JSON.stringify(fields)
  const headers = { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, secret) }
  if (flags.print === true) {
    io.stdout.write(`POST ${flags.to}\n`)
    for (const [name, value] of Object.entries(headers)) io.stdout.write(`${name}: ${value}\n`)
    io.stdout.write(`\n${body}\n`)
    return
  }
  const status = await answerOf(flags.to, headers, body, io.signal)
  const line = `${flags.to} answered ${status} to ${event} of ${String(fields.call_id)}.`
  if (status < 200 || status > 299) {
    throw new CommandError(line, { hint: status === 401 ? 'Is the secret the one it verifies with?' : '' })
  }
  if (flags.quiet !== true) io.stdout.write(`${line}\n`)
}

async function answerOf(
  url: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  try {
    return await post(url, { headers, body, signal })
  } catch (error) {
    if (signal.aborted) throw new CommandError('Stopped.', { exitCode: exitCodes.interrupted })
    if (!(error instanceof NoAnswer)) throw error
    throw new CommandError(`${url} did not answer (${error.code}).`, {
      hint: 'Is something listening there?',
    })
  }
}

/** Puts a value at a path such as `parameters.day`; `undefined` takes away what is there. */
function place(fields: Record<string, unknown>, path: string, value: unknown): void {
  const [first = '', ...rest] = path.split('.')
  if (rest.length === 0 || Object.hasOwn(fields, path)) {
    if (value === undefined) delete fields[path]
    else Object.defineProperty(fields, path, { value, enumerable: true, configurable: true, writable: true })
    return
  }
  const inner = Object.hasOwn(fields, first) ? fields[first] : undefined
  if (typeof inner !== 'object' || inner === null) {
    throw new ConfigurationError('--override', `names a part of ${first}, which is no object here: ${path}`)
  }
  const copy = { ...inner }
  place(copy, rest.join('.'), value)
  fields[first] = copy
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // Not JSON: what a person typed is meant as it stands.
  }
}
