import {
  type CommandIo,
  ConfigurationError,
  readMovoiceSettings,
  readPort,
  readSecrets,
} from '@movoice-kit/core/command'
import { Command } from 'commander'
import ipaddr from 'ipaddr.js'
import type { HooksOptions } from '../hooks-options.ts'
import { type LogLevel, logLevels } from '../telemetry/log-levels.ts'
import { startTracing, wantsTraces } from '../telemetry/tracing.ts'
import { keepYoungSpaceSmall, letYoungSpaceGrow } from './young-space.ts'

interface Flags {
  readonly port: string
  readonly host: string
  readonly data?: string
  readonly databaseUrl?: string
  readonly config?: string
}

const MIN_TOKEN = 16
const DAY_MS = 24 * 3_600_000
/** With less, one large event after another would make room for itself. */
const LEAST_MB = 10
const DEFAULT_DATA = 'movoice-hooks-data'

/**
 * `movoice hooks`: the hooks server as a command. Runs until the io's signal fires.
 *
 * @example
 * process.exitCode = await runCommand(hooksCommand(io), ['--port', '4020'], io)
 */
export function hooksCommand(io: CommandIo): Command {
  return new Command('hooks')
    .description('Take Movoice’s webhooks, keep them, and tell every subscription')
    .option('--port <port>', 'where to listen', '4020')
    .option(
      '--host <address>',
      '127.0.0.1 is for this machine only, 0.0.0.0 for all that reach it',
      '127.0.0.1',
    )
    .option('--data <folder>', `where the embedded database lives (HOOKS_DATA_DIR, "${DEFAULT_DATA}")`)
    .option('--database-url <url>', 'a PostgreSQL database instead (HOOKS_DATABASE_URL)')
    .option('--config <file>', 'JSON with other Movoice accounts, and tokens that may do less (HOOKS_CONFIG)')
    .addHelpText('after', ENVIRONMENT)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .exitOverride()
    .action(async (flags: Flags) => {
      const options = await readOptions(flags, io.env)
      const { pinoLog } = await import('../telemetry/pino-log.ts')
      const log = pinoLog({
        level: readLogLevel(io.env.HOOKS_LOG_LEVEL?.trim()),
        write: (line) => io.stderr.write(line),
        secrets: secretsOf(options),
      })
      const tracing = wantsTraces(io.env) ? await startTracing() : undefined
      keepYoungSpaceSmall()
      // Whoever asks for help, or has a setting wrong, does not wait for a server.
      const { createHooks } = await import('../create-hooks.ts')
      const hooks = await createHooks({ ...options, log, tracing }).finally(letYoungSpaceGrow)
      io.stdout.write(`hooks ready on ${hooks.url}\n`)
      await stopped(io.signal)
      await hooks.close()
    })
}

const ENVIRONMENT = `
Environment:
  HOOKS_TOKEN             what every request but Movoice's own must carry,
                          ${MIN_TOKEN} characters or more
  MOVOICE_WEBHOOK_SECRET  from the dashboard, Settings → Webhooks; two, parted
                          by a comma, while one is replaced
  MOVOICE_API_KEY         completes events with agent, number and transcript,
                          and finds what webhooks missed
  MOVOICE_BASE_URL, MOVOICE_PLAN, HOOKS_DATA_DIR, HOOKS_DATABASE_URL,
  HOOKS_PUBLIC_URL
  HOOKS_TRUSTED_PROXIES   proxies in front, as addresses or networks: callers
                          are then told apart behind them
  HOOKS_SWEEP_SECONDS     between two looks at GET /calls; if not set, 96 lists
                          a day and one for every 100 calls
  HOOKS_API_PER_MINUTE    how many requests to the API completing and sweeping
                          may make; half of the plan
  HOOKS_RETENTION_DAYS    how long events are kept once told, 30
  HOOKS_MAX_MB            how large the embedded database may grow
  HOOKS_LOG_LEVEL         info; what happens is written to stderr, one line of
                          JSON each, "silent" for none
  OTEL_EXPORTER_OTLP_ENDPOINT  where traces go, over HTTP; none if not set
`

async function readOptions(flags: Flags, env: CommandIo['env']): Promise<HooksOptions> {
  const { apiKey, baseUrl, plan } = readMovoiceSettings(env)
  const webhookSecrets = readSecrets(env.MOVOICE_WEBHOOK_SECRET)
  const token = env.HOOKS_TOKEN?.trim() ?? ''
  if (token === '') {
    throw new ConfigurationError(
      'HOOKS_TOKEN',
      'is missing',
      'Set it to a long random text: it is what callers of this server must send.',
    )
  }
  if (token.length < MIN_TOKEN || !/^[\x21-\x7e]+$/.test(token)) {
    throw new ConfigurationError('HOOKS_TOKEN', `must be one word of ${MIN_TOKEN} characters or more`)
  }
  const config = flags.config ?? env.HOOKS_CONFIG?.trim()
  const more =
    config === undefined || config === ''
      ? undefined
      : (await import('./config-file.ts')).readConfigFile(config)
  const others = Object.keys(more?.accounts ?? {}).length
  if (webhookSecrets.length === 0 && apiKey === undefined && others === 0) {
    throw new ConfigurationError(
      'MOVOICE_WEBHOOK_SECRET',
      'is missing, and so is MOVOICE_API_KEY',
      'Set the first to verify webhooks, the second to ask the API, or both.',
    )
  }
  const databaseUrl = flags.databaseUrl ?? env.HOOKS_DATABASE_URL?.trim()
  const postgres = databaseUrl !== undefined && databaseUrl !== ''
  if (postgres && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    const setting = flags.databaseUrl === undefined ? 'HOOKS_DATABASE_URL' : '--database-url'
    throw new ConfigurationError(setting, 'must be a URL such as postgres://user@host:5432/name')
  }
  return {
    host: flags.host,
    port: readPort('--port', flags.port),
    token,
    webhookSecrets,
    apiKey,
    baseUrl,
    plan: plan?.name,
    ...more,
    publicUrl: readPublicUrl(env.HOOKS_PUBLIC_URL?.trim()),
    trustedProxies: readProxies(env.HOOKS_TRUSTED_PROXIES),
    apiPerMinute: readCount('HOOKS_API_PER_MINUTE', env.HOOKS_API_PER_MINUTE, 1, 'requests a minute'),
    retentionMs: times(readCount('HOOKS_RETENTION_DAYS', env.HOOKS_RETENTION_DAYS, 1, 'days'), DAY_MS),
    maxBytes: times(readCount('HOOKS_MAX_MB', env.HOOKS_MAX_MB, LEAST_MB, 'megabytes'), 1024 * 1024),
    sweepIntervalMs: times(readCount('HOOKS_SWEEP_SECONDS', env.HOOKS_SWEEP_SECONDS, 10, 'seconds'), 1_000),
    ...(postgres ? { databaseUrl } : { dataDir: flags.data ?? dataDirOf(env) }),
  }
}

function readLogLevel(text: string | undefined): LogLevel {
  if (text === undefined || text === '') return 'info'
  const level = logLevels.find((one) => one === text.toLowerCase())
  if (level !== undefined) return level
  throw new ConfigurationError('HOOKS_LOG_LEVEL', `must be one of ${logLevels.join(', ')}`)
}

function secretsOf({ token, databaseUrl, accounts = {}, ...own }: HooksOptions): string[] {
  const password = databaseUrl === undefined ? '' : passwordOf(databaseUrl)
  const ofAccounts = [own, ...Object.values(accounts)].flatMap(({ webhookSecrets = [], apiKey }) => [
    apiKey ?? '',
    ...(typeof webhookSecrets === 'string' ? [webhookSecrets] : webhookSecrets),
  ])
  return [token ?? '', password, ...ofAccounts].filter((secret) => secret !== '')
}

function passwordOf(url: string): string {
  try {
    return decodeURIComponent(new URL(url).password)
  } catch {
    return ''
  }
}

function dataDirOf(env: CommandIo['env']): string {
  const folder = env.HOOKS_DATA_DIR?.trim() ?? ''
  return folder === '' ? DEFAULT_DATA : folder
}

function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i.test(text)) {
    throw new ConfigurationError('HOOKS_PUBLIC_URL', 'must be a URL such as https://hooks.example.com')
  }
  return text.replace(/\/+$/, '')
}

function readCount(name: string, text: string | undefined, least: number, what: string): number | undefined {
  const trimmed = text?.trim() ?? ''
  if (trimmed === '') return undefined
  if (/^\d{1,6}$/.test(trimmed) && Number(trimmed) >= least) return Number(trimmed)
  throw new ConfigurationError(name, `must be a whole number of ${what}, ${least} or more`)
}

const times = (count: number | undefined, by: number): number | undefined =>
  count === undefined ? undefined : count * by

function readProxies(text = ''): string[] {
  const proxies = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  for (const one of proxies) {
    if (ipaddr.isValid(one) || ipaddr.isValidCIDR(one)) continue
    throw new ConfigurationError(
      'HOOKS_TRUSTED_PROXIES',
      'must be addresses or networks parted by commas, such as 10.0.0.0/8,192.0.2.7',
    )
  }
  return proxies
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
