import { systemClock } from '@movoice-kit/core'
import {
  CommandError,
  type CommandIo,
  ConfigurationError,
  exitCodes,
  readSecrets,
} from '@movoice-kit/core/command'
import type { CallEvent } from '@movoice-kit/core/events'
import { clientOf } from '../client.ts'
import type { Format } from '../commands/options.ts'
import { accountSource } from '../listen/account-source.ts'
import { forwarded, listenSecret } from '../listen/forward.ts'
import { relaySource } from '../listen/relay-source.ts'
import type { Shape } from '../listen/shape.ts'
import type { Source } from '../listen/source.ts'
import { notesOf } from '../notes.ts'
import { type Column, csvOf } from '../output.ts'
import { NoAnswer, post } from '../post.ts'
import { relayOf, relayUrl } from '../relay.ts'
import { painter } from '../screen.ts'
import { printable } from '../table.ts'

export interface ListenFlags {
  readonly forwardTo?: string
  readonly events?: readonly string[]
  readonly hooksUrl?: string
  readonly as: Shape
  readonly secret?: string
  readonly printSecret?: boolean
  readonly headers?: Record<string, string>
  readonly skipVerify?: boolean
  readonly every: number
  readonly quiet?: boolean
  readonly output: Format
}

/** What `movoice listen` does. */
export async function listen(io: CommandIo, flags: ListenFlags): Promise<void> {
  const secret = secretOf(io, flags)
  if (flags.printSecret === true) {
    io.stdout.write(`${secret}\n`)
    return
  }
  const note = notesOf(io, flags)
  const source = sourceOf(io, flags, note)
  if (flags.output === 'csv') io.stdout.write(await csvOf([], toldRow))
  const to = flags.forwardTo === undefined ? 'Printing them' : `Handing them on to ${flags.forwardTo}`
  await source.run(
    (event) => hand(io, flags, secret, event),
    () => {
      note(source.says)
      note(`${to}. Ctrl-C ends it.`)
    },
  )
  throw new CommandError('Stopped.', { exitCode: exitCodes.interrupted })
}

/** Whether the event was taken. */
async function hand(io: CommandIo, flags: ListenFlags, secret: string, event: CallEvent): Promise<boolean> {
  const { forwardTo, events, skipVerify = false } = flags
  if (events !== undefined && !events.includes(event.type)) return true
  const now = io.clock?.now() ?? Date.now()
  if (forwardTo === undefined) {
    await tell(io, flags, { event, now })
    return true
  }
  const { headers: signed, body } = forwarded(event, { shape: flags.as, secret, now })
  const began = performance.now()
  try {
    const status = await post(forwardTo, {
      headers: { ...flags.headers, ...signed },
      body,
      signal: io.signal,
      skipVerify,
    })
    await tell(io, flags, { event, now, status, ms: Math.round(performance.now() - began) })
    return status >= 200 && status <= 299
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    if (!io.signal.aborted) await tell(io, flags, { event, now, status: error.code })
    return false
  }
}

interface Told {
  readonly event: CallEvent
  readonly now: number
  /** What the URL answered; a code where it did not. */
  readonly status?: number | string
  readonly ms?: number
}

const toldRow: readonly Column<Told>[] = [
  { head: 'TIME', of: ({ now }) => new Date(now).toISOString() },
  { head: 'EVENT', of: ({ event }) => event.type },
  { head: 'CALL', of: ({ event }) => event.call_id },
  { head: 'OUTCOME', of: ({ event }) => event.outcome ?? event.reason ?? event.action_name },
  { head: 'ANSWER', of: ({ status }) => status },
  { head: 'MS', of: ({ ms }) => ms },
]

async function tell(io: CommandIo, { output }: ListenFlags, told: Told): Promise<void> {
  const { event, now, status, ms } = told
  if (output === 'json') {
    const answer = status === undefined ? null : { status, ms: ms ?? null }
    io.stdout.write(`${JSON.stringify({ event, answer })}\n`)
    return
  }
  if (output === 'csv') {
    io.stdout.write(await csvOf([told], toldRow, false))
    return
  }
  const paint = painter(io, io.stdout)
  const good = typeof status === 'number' && status >= 200 && status <= 299
  const time = new Date(now).toTimeString().slice(0, 8)
  const answer =
    status === undefined
      ? ''
      : `${paint(good ? 'green' : 'red', String(status))}${ms === undefined ? '' : ` in ${ms} ms`}`
  const what = [
    event.type.padEnd(18),
    event.call_id ?? '',
    event.outcome ?? event.reason ?? event.action_name ?? '',
  ]
  const line = [
    time,
    ...what.filter((part) => part !== '').map(printable),
    ...(answer === '' ? [] : [`→ ${answer}`]),
  ]
  io.stdout.write(`${line.join('  ')}\n`)
}

function sourceOf(
  io: CommandIo,
  { hooksUrl, every }: ListenFlags,
  onTrouble: (line: string) => void,
): Source {
  const clock = io.clock ?? systemClock
  const common = { clock, signal: io.signal, everyMs: every * 1000, onTrouble }
  if (!usesRelay(io, hooksUrl)) return accountSource({ movoice: clientOf(io), ...common })
  const client = relayOf(io, '--hooks-url', hooksUrl)
  return relaySource({ client, url: relayUrl(io, '--hooks-url', hooksUrl), ...common })
}

function usesRelay({ env }: CommandIo, hooksUrl: string | undefined): boolean {
  return hooksUrl !== undefined || (env.HOOKS_TOKEN?.trim() ?? '') !== ''
}

function secretOf(io: CommandIo, { as: shape, secret, hooksUrl }: ListenFlags): string {
  const [given] = readSecrets(secret ?? (shape === 'movoice' ? io.env.MOVOICE_WEBHOOK_SECRET : undefined))
  if (given !== undefined) return given
  const owner = (usesRelay(io, hooksUrl) ? io.env.HOOKS_TOKEN : io.env.MOVOICE_API_KEY)?.trim() ?? ''
  if (owner !== '') return listenSecret(shape, owner)
  throw new ConfigurationError(
    '--secret',
    'is missing, and there is neither HOOKS_TOKEN nor MOVOICE_API_KEY to make one from',
    'Set HOOKS_TOKEN to listen to a relay, or MOVOICE_API_KEY to listen to your account.',
  )
}
