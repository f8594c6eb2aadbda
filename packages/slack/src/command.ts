import { join } from 'node:path'
import {
  CommandError,
  type CommandIo,
  ConfigurationError,
  readMovoiceSettings,
  readPort,
} from '@movoice-kit/core/command'
import { Command } from 'commander'
import { defaultNames, manifest } from './manifest.ts'
import type { SlackOptions } from './options.ts'
import { Keyring } from './store/keyring.ts'
import type { CommandNames } from './words/words.ts'

interface Flags {
  readonly port: string
  readonly host: string
  readonly socket?: boolean
  readonly data: string
  readonly databaseUrl?: string
  readonly callCommand: string
  readonly umbrellaCommand: string
  readonly groups?: boolean
  readonly history?: boolean
}

// The manifest and the link that installs the app ask for the same; before or behind `manifest` is all one.
const GROUPS = ['--groups', 'ask for the right to read user groups, to name callers by them'] as const
const HISTORY = [
  '--history',
  'ask for the right to read threads, to see there whether a note was posted',
] as const

/**
 * The command `movoice slack`: runs until its io is told to stop.
 *
 * @example
 * process.exitCode = await runCommand(slackCommand(io), ['--port', '0'], io)
 */
export function slackCommand(io: CommandIo): Command {
  const output = {
    writeOut: (text: string) => void io.stdout.write(text),
    writeErr: (text: string) => void io.stderr.write(text),
  }
  const command = new Command('slack')
    .description(
      'The Slack app: /call places a phone call, and its result comes back to where it was asked for.',
    )
    .option('--port <port>', 'port to listen on; 0 is any that is free', '4030')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--socket', 'Socket Mode: no public URL needed; with SLACK_APP_TOKEN')
    .option(
      '--data <folder>',
      'where SQLite keeps calls and settings',
      io.env.SLACK_DATA_DIR ?? 'movoice-slack-data',
    )
    .option('--database-url <url>', 'PostgreSQL instead, for several processes', io.env.SLACK_DATABASE_URL)
    .option(
      '--call-command <name>',
      'name of the command that calls',
      io.env.SLACK_CALL_COMMAND ?? defaultNames.call,
    )
    .option(
      '--umbrella-command <name>',
      'name of the command for all else',
      io.env.SLACK_UMBRELLA_COMMAND ?? defaultNames.umbrella,
    )
    .option(...GROUPS)
    .option(...HISTORY)
    .configureOutput(output)
    .exitOverride()
    .addHelpText(
      'after',
      `
Environment:
  SLACK_BOT_TOKEN        one workspace: the bot’s token, xoxb-…
  SLACK_SIGNING_SECRET   over HTTP: from the app’s page, Basic Information
  SLACK_APP_TOKEN        with --socket: xapp-…, scope connections:write
  SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_STATE_SECRET, SLACK_PUBLIC_URL,
  MOVOICE_ENCRYPTION_KEYS
                         many workspaces: they install it under /slack/install
  MOVOICE_ENCRYPTION_KEYS also with SLACK_BOT_TOKEN: numbers, variables and
                          transcripts are kept encrypted
  SLACK_API_URL          another Slack API, such as an emulator’s
  MOVOICE_API_KEY, MOVOICE_BASE_URL, MOVOICE_PLAN
  HOOKS_URL, HOOKS_TOKEN the hooks server, for results at once; without it they
                         are looked for every 30 s`,
    )
    .action((flags: Flags) => run(flags, io))
  command
    .command('manifest')
    .description('Print the manifest to create the app in Slack from.')
    .option('--url <url>', 'where Slack reaches the app, such as https://calls.example.com')
    .option(...GROUPS)
    .option(...HISTORY)
    .option('--distributed', 'for many workspaces: OAuth, rotating tokens')
    .configureOutput(output)
    .exitOverride()
    .action((flags: { readonly url?: string; readonly distributed?: boolean }) => {
      const { groups, history, ...shared } = command.opts<Flags>()
      const names = namesOf({ ...shared })
      try {
        const made = manifest({
          publicUrl: flags.url,
          socket: flags.url === undefined,
          names,
          groups,
          history,
          distributed: flags.distributed,
        })
        io.stdout.write(`${JSON.stringify(made, null, 2)}\n`)
      } catch (error) {
        if (error instanceof RangeError) throw new CommandError(error.message, { exitCode: 2 })
        throw error
      }
    })
  command
    .command('rotate-keys')
    .description('Encrypt all that is kept again with the first of MOVOICE_ENCRYPTION_KEYS.')
    .configureOutput(output)
    .exitOverride()
    .action(async () => {
      const { rotateKeys } = await import('./store/rotate.ts')
      const changed = await rotateKeys(
        storageOf(command.opts<Flags>()),
        Keyring.read(need(io, 'MOVOICE_ENCRYPTION_KEYS')),
      )
      io.stdout.write(`${changed} encrypted again\n`)
    })
  return command
}

async function run(flags: Flags, io: CommandIo): Promise<void> {
  const { jsonLog } = await import('./calls/log.ts')
  const { apiKey, baseUrl, plan } = readMovoiceSettings(io.env)
  const access = accessOf(io)
  if (apiKey === undefined && 'botToken' in access) readMovoiceSettings(io.env, 'apiKey')
  const options: SlackOptions = {
    access,
    door:
      flags.socket === true
        ? {
            appToken: need(
              io,
              'SLACK_APP_TOKEN',
              'It begins with xapp- and has the scope connections:write.',
            ),
          }
        : {
            signingSecret: need(
              io,
              'SLACK_SIGNING_SECRET',
              'It is on the app’s page under Basic Information.',
            ),
          },
    host: flags.host,
    port: readPort('--port', flags.port),
    storage: storageOf(flags),
    names: namesOf(flags),
    rights: { groups: flags.groups, history: flags.history },
    movoice: { apiKey, baseUrl, plan },
    slackApiUrl: io.env.SLACK_API_URL,
    hooks: hooksOf(io),
    publicUrl: io.env.SLACK_PUBLIC_URL,
    log: jsonLog(
      (line) => io.stderr.write(line),
      () => Date.now(),
    ),
  }
  // Bolt is loaded by those who run it, not by those who ask how.
  const { createSlack } = await import('./create-slack.ts')
  const app = await createSlack(options)
  io.stdout.write(flags.socket === true ? 'slack ready over a socket\n' : `slack ready on ${app.url}\n`)
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve()
    else io.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await app.close()
}

function accessOf(io: CommandIo): SlackOptions['access'] {
  const botToken = io.env.SLACK_BOT_TOKEN?.trim() ?? ''
  if (botToken !== '') {
    if (!/^xox[be][-.]/.test(botToken))
      throw new ConfigurationError(
        'SLACK_BOT_TOKEN',
        'is no bot token',
        'It begins with xoxb-: OAuth & Permissions on the app’s page shows it.',
      )
    const keys = io.env.MOVOICE_ENCRYPTION_KEYS?.trim() ?? ''
    return { botToken, ...(keys !== '' && { keyring: Keyring.read(keys) }) }
  }
  if ((io.env.SLACK_CLIENT_ID ?? '') === '') {
    throw new ConfigurationError(
      'SLACK_BOT_TOKEN',
      'is missing',
      'Install the app in your workspace and copy it from OAuth & Permissions; for many workspaces set SLACK_CLIENT_ID.',
    )
  }
  const publicUrl = need(
    io,
    'SLACK_PUBLIC_URL',
    'Where Slack reaches this app, such as https://calls.example.com.',
  ).replace(/\/+$/, '')
  return {
    oauth: {
      clientId: need(io, 'SLACK_CLIENT_ID'),
      clientSecret: need(io, 'SLACK_CLIENT_SECRET'),
      stateSecret: need(io, 'SLACK_STATE_SECRET', 'Any long random text.'),
      redirectUri: `${publicUrl}/slack/oauth_redirect`,
    },
    keyring: Keyring.read(
      need(io, 'MOVOICE_ENCRYPTION_KEYS', 'Keys of 32 bytes as base64, parted by commas.'),
    ),
  }
}

function hooksOf(io: CommandIo): SlackOptions['hooks'] {
  const url = io.env.HOOKS_URL?.trim() ?? ''
  if (url === '') return undefined
  if (!/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i.test(url))
    throw new ConfigurationError('HOOKS_URL', 'must be a URL such as http://127.0.0.1:4020')
  return { url, token: need(io, 'HOOKS_TOKEN', 'The token of the hooks server.') }
}

function need(io: CommandIo, name: string, hint = ''): string {
  const value = io.env[name]?.trim() ?? ''
  if (value === '') throw new ConfigurationError(name, 'is missing', hint)
  return value
}

const storageOf = ({ databaseUrl, data }: Flags): SlackOptions['storage'] =>
  databaseUrl === undefined || databaseUrl === '' ? { folder: join(data) } : { url: databaseUrl }

function namesOf(flags: Flags): CommandNames {
  const slash = (name: string): string => (name.startsWith('/') ? name : `/${name}`)
  return { call: slash(flags.callCommand), umbrella: slash(flags.umbrellaCommand) }
}
