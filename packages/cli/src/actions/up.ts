import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommandError, type CommandIo, exitCodes, readPort } from '@movoice-kit/core/command'
import { painter } from '../screen.ts'
import { type Ended, Part } from '../up/part.ts'

export interface UpFlags {
  readonly sandboxPort: string
  readonly hooksPort: string
  readonly slackPort: string
  readonly mcp?: boolean
  readonly mcpPort: string
  readonly speed: number
  readonly data?: string
  readonly quiet?: boolean
}

/** What all parts and their users share. */
interface Place {
  readonly apiKey: string
  readonly token: string
  readonly webhookSecret: string
  readonly folder: string
}

/** What `movoice up` does. */
export async function up(io: CommandIo, flags: UpFlags): Promise<void> {
  for (const [flag, text] of [
    ['--sandbox-port', flags.sandboxPort],
    ['--hooks-port', flags.hooksPort],
    ['--slack-port', flags.slackPort],
    ['--mcp-port', flags.mcpPort],
  ] as const) {
    readPort(flag, text)
  }
  const { data } = flags
  const place: Place = {
    apiKey: 'sk_sandbox_up',
    token: given(io, 'HOOKS_TOKEN') ?? randomBytes(24).toString('base64url'),
    webhookSecret: given(io, 'MOVOICE_WEBHOOK_SECRET') ?? randomBytes(24).toString('base64url'),
    folder: data ?? mkdtempSync(join(tmpdir(), 'movoice-up-')),
  }
  const parts: Part[] = []
  try {
    const addresses = await start(io, flags, place, parts)
    if (addresses !== undefined) {
      welcome(io, place, addresses)
      const over = await Promise.race([stopped(io.signal), ...parts.map(({ ended }) => ended)])
      if (over !== undefined) throw crash(over)
    }
    throw new CommandError('Stopped.', { exitCode: exitCodes.interrupted })
  } finally {
    // Those who lean on others end first.
    for (const part of parts.reverse()) await part.stop()
    if (data === undefined) rmSync(place.folder, { recursive: true, force: true })
  }
}

interface Addresses {
  readonly sandbox: string
  readonly others: readonly (readonly [string, string])[]
}

/** `undefined` if it was stopped on the way. */
async function start(
  io: CommandIo,
  flags: UpFlags,
  place: Place,
  parts: Part[],
): Promise<Addresses | undefined> {
  const { apiKey, token, webhookSecret, folder } = place
  const env: Record<string, string | undefined> = {
    HOOKS_LOG_LEVEL: 'warn',
    ...io.env,
    MOVOICE_API_KEY: apiKey,
    HOOKS_TOKEN: token,
    MOVOICE_WEBHOOK_SECRET: webhookSecret,
    // Where another relay or account is, is of no concern here.
    HOOKS_PUBLIC_URL: undefined,
    HOOKS_DATABASE_URL: undefined,
    HOOKS_CONFIG: undefined,
  }
  const paint = painter(io, io.stderr)
  const run = async (name: string, argv: readonly string[]): Promise<string | undefined> => {
    // As it was written: what a server logs is a line each, to be read by programs too.
    const onLine = (line: string) => {
      if (flags.quiet !== true) io.stderr.write(`${paint('dim', `${name.padEnd(7)} │`)} ${line}\n`)
    }
    const part = new Part({ name, argv, env, onLine })
    parts.push(part)
    const first = await Promise.race([
      part.ready.catch(() => undefined),
      stopped(io.signal),
      ...parts.map(({ ended }) => ended),
    ])
    if (io.signal.aborted) return undefined
    if (typeof first === 'string') return first
    throw crash(first ?? (await part.ended))
  }
  const sandbox = await run('sandbox', ['--port', flags.sandboxPort, '--speed', String(flags.speed)])
  if (sandbox === undefined) return undefined
  env.MOVOICE_BASE_URL = sandbox
  const hooks = await run('hooks', ['--port', flags.hooksPort, '--data', join(folder, 'hooks')])
  if (hooks === undefined) return undefined
  env.HOOKS_URL = hooks
  await sendWebhooks(sandbox, `${hooks}/movoice`, webhookSecret)
  const others: [string, string][] = [['hooks', hooks]]
  if (given(io, 'SLACK_BOT_TOKEN') !== undefined) {
    const socket = given(io, 'SLACK_APP_TOKEN') === undefined ? [] : ['--socket']
    const slack = await run('slack', ['--port', flags.slackPort, '--data', join(folder, 'slack'), ...socket])
    if (slack === undefined) return undefined
    others.push(['slack', slack])
  }
  if (flags.mcp === true) {
    const mcp = await run('mcp', ['--http', '--port', flags.mcpPort])
    if (mcp === undefined) return undefined
    others.push(['mcp', mcp])
  }
  return { sandbox, others }
}

/** Tells the sandbox where its webhooks go: the relay's address is known only once both are there. */
async function sendWebhooks(sandbox: string, url: string, secret: string): Promise<void> {
  const answer = await fetch(new URL('/_sandbox/webhook', sandbox), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url, secret }),
  })
  if (!answer.ok)
    throw new CommandError(`The sandbox did not take the relay's address (HTTP ${answer.status}).`)
}

function welcome(io: CommandIo, { apiKey, token }: Place, { sandbox, others }: Addresses): void {
  const paint = painter(io, io.stdout)
  const rows = [['sandbox', new URL('/', sandbox).href], ...others]
  io.stdout.write(`${paint('bold', 'All of it is running. Ctrl-C ends it.')}\n\n`)
  for (const [name = '', address = ''] of rows) io.stdout.write(`  ${name.padEnd(8)} ${address}\n`)
  const hooks = others.find(([name]) => name === 'hooks')?.[1] ?? ''
  const settings = [
    `export MOVOICE_API_KEY=${apiKey} MOVOICE_BASE_URL=${sandbox}`,
    `export HOOKS_URL=${hooks}`,
    `export HOOKS_TOKEN=${token}`,
    'movoice call +12025550101 --agent agent_clinic --wait',
    'movoice events list',
  ]
  io.stdout.write(`\nIn another terminal:\n\n${settings.map((line) => `  ${line}\n`).join('')}\n`)
}

function crash({ name, code, signal }: Ended): CommandError {
  const wrongly = code === exitCodes.usage
  const how = signal === null ? `with code ${code ?? 'unknown'}` : `by ${signal}`
  return new CommandError(`${name} ended ${how}, so the others are stopped too.`, {
    hint: wrongly
      ? 'What is wrong stands above.'
      : `What it said last stands above; where it listens is --${name}-port.`,
    exitCode: wrongly ? exitCodes.usage : exitCodes.failed,
  })
}

function given({ env }: CommandIo, name: string): string | undefined {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}

function stopped(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
