import { type CommandIo, ConfigurationError, readMovoiceSettings, readPort } from '@movoice-kit/core/command'
import { Command } from 'commander'
import { DEFAULT_LIMIT } from './defaults.ts'
import type { ShowToken } from './office.ts'
import type { McpOptions } from './open-office.ts'

interface Flags {
  readonly http?: boolean
  readonly port: string
  readonly host: string
  readonly publicHost?: readonly string[]
  readonly readOnly?: boolean
  readonly allow?: string
  readonly limit: string
  readonly requireElicitation?: boolean
  readonly tokenOnTerminal?: boolean
}

const AFTER = `
Environment:
  MOVOICE_API_KEY, MOVOICE_BASE_URL, MOVOICE_PLAN
  MOVOICE_MCP_ALLOW    as --allow
  MOVOICE_MCP_TOKEN    with --http: what clients send as "Authorization: Bearer
                       …"; needed where others reach it

Every call is confirmed first: by the client's own question where it has one,
else by a token that is good once. Over stdio nothing but the protocol is
printed on stdout; what happened is on stderr, one line of JSON each.`

/**
 * The command `movoice mcp`: serves AI assistants until its io is told to stop, or its client has gone.
 *
 * @example
 * process.exitCode = await runCommand(mcpCommand(io), ['--http', '--port', '0'], io)
 */
export function mcpCommand(io: CommandIo): Command {
  return new Command('mcp')
    .description(
      'Serve AI assistants over the Model Context Protocol: they read calls, and place confirmed ones.',
    )
    .option('--http', 'over streamable HTTP; without it over stdin and stdout, as a client starts it')
    .option('--port <port>', 'port to listen on; 0 is any that is free', '4040')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--public-host <name>', 'a name in the URL of clients from elsewhere; may be repeated', list)
    .option('--read-only', 'offer only what changes nothing: no tool that calls or changes')
    .option(
      '--allow <numbers>',
      'numbers that may be called, parted by commas: +12025550101, or +1202555* for all that begin so',
    )
    .option('--limit <calls>', 'how many phones may ring in 24 hours', String(DEFAULT_LIMIT))
    .option('--require-elicitation', 'call only for clients that ask their user themselves')
    .option(
      '--token-on-terminal',
      'with --http: for clients that cannot ask, the token that confirms is printed here, and not given to the assistant',
    )
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', AFTER)
    .action((flags: Flags) => run(flags, io))
}

const list = (name: string, before: readonly string[] = []): readonly string[] => [...before, name]

async function run(flags: Flags, io: CommandIo): Promise<void> {
  const { apiKey, baseUrl, plan } = readMovoiceSettings(io.env, 'apiKey')
  const token = io.env.MOVOICE_MCP_TOKEN?.trim()
  const secrets = [apiKey, token ?? ''].filter((secret) => secret !== '')
  if (flags.tokenOnTerminal === true && flags.http !== true) {
    throw new ConfigurationError(
      '--token-on-terminal',
      'needs --http',
      'Over stdio the client has this output, and may show it to the assistant.',
    )
  }
  const { jsonLog } = await import('./log.ts')
  const options: McpOptions = {
    movoice: { apiKey, baseUrl, plan },
    readOnly: flags.readOnly,
    allow: await allowList(flags, io),
    limit: limitOf(flags.limit),
    requireElicitation: flags.requireElicitation,
    showToken: flags.tokenOnTerminal === true ? showOn(io) : undefined,
    log: jsonLog(
      (line) => io.stderr.write(line),
      () => (io.clock?.now ?? Date.now)(),
      secrets,
    ),
    clock: io.clock,
  }
  if (flags.http !== true) {
    const { serveOverStdio } = await import('./stdio.ts')
    const server = serveOverStdio(options)
    await Promise.race([server.closed, stopped(io)])
    await server.close()
    // An open stdin would keep the process from ending.
    process.stdin.destroy()
    return
  }
  const { createMcp } = await import('./http/create-mcp.ts')
  const server = await createMcp({
    ...options,
    host: flags.host,
    port: readPort('--port', flags.port),
    publicHosts: flags.publicHost,
    token: token === '' ? undefined : token,
  })
  io.stdout.write(`mcp ready on ${server.url}\n`)
  await stopped(io)
  await server.close()
}

async function allowList({ allow }: Flags, { env }: CommandIo): Promise<McpOptions['allow']> {
  const { readAllowList } = await import('./guards/allow-list.ts')
  if (allow === undefined) return readAllowList('MOVOICE_MCP_ALLOW', env.MOVOICE_MCP_ALLOW)
  const list = readAllowList('--allow', allow)
  // Somebody who gives the flag means to restrict: an empty one must not mean everyone.
  if (list === undefined) throw new ConfigurationError('--allow', 'names no number')
  return list
}

/** The question and its token, where whoever started the server sees it. */
const showOn =
  ({ stdout }: CommandIo): ShowToken =>
  ({ summary, token, expiresAt }) =>
    void stdout.write(
      `\n${summary}\nTo say yes, give the assistant this until ${expiresAt.slice(11, 19)} UTC: ${token}\n`,
    )

function limitOf(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new ConfigurationError('--limit', 'must be a whole number, 0 or more')
}

function stopped({ signal }: CommandIo): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
