import { type CommandIo, ConfigurationError, readPort } from '@movoice-kit/core/command'
import { Command } from 'commander'
import { firstAgents } from './agents.ts'
import type { WindowModel } from './limits/window.ts'
import { numberOf, scenarios } from './scenarios.ts'
import { isLoopback } from './webhooks/loopback.ts'

interface Flags {
  readonly port: string
  readonly host: string
  readonly plan: string
  readonly window: string
  readonly seed?: string
  readonly data?: string
  readonly speed: string
  readonly webhookUrl?: string
  readonly webhookSecret?: string
  readonly allowRemote?: boolean
}

/**
 * The command `movoice sandbox`: runs until its io is told to stop.
 *
 * @example
 * process.exitCode = await runCommand(sandboxCommand(io), ['--port', '0'], io)
 */
export function sandboxCommand(io: CommandIo): Command {
  return new Command('sandbox')
    .description(
      'A Movoice on this machine that rings no one: calls, webhooks, faults, plan limits, a clock.',
    )
    .option('--port <port>', 'port to listen on; 0 is any that is free', '4010')
    .option('--host <host>', 'address to listen on: this machine alone, unless another is given', '127.0.0.1')
    .option(
      '--plan <plan>',
      'starter, growth, business, enterprise or <calls per minute>x<concurrent>',
      io.env.MOVOICE_PLAN ?? 'growth',
    )
    .option('--window <model>', 'how the plan’s minute is counted: sliding, fixed or gcra', 'sliding')
    .option('--seed <number>', 'what is drawn, is drawn from this (default: 1)')
    .option('--data <folder>', 'folder to keep the state in; it is in memory alone without it')
    .option(
      '--speed <factor>',
      'seconds that pass in a real one; 0: only the control route advance moves time',
      '1',
    )
    .option('--webhook-url <url>', 'where webhooks go')
    .option('--webhook-secret <secret>', 'what they are signed with')
    .option('--allow-remote', 'lets webhooks go to other machines')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .exitOverride()
    .addHelpText('after', helpText)
    .action((flags: Flags, command: Command) => {
      const plan = command.getOptionValueSource('plan') === 'default' ? 'MOVOICE_PLAN' : '--plan'
      return run(flags, io).catch((error: unknown) => {
        throw asTyped(error, plan)
      })
    })
}

async function run(flags: Flags, io: CommandIo): Promise<void> {
  const { host, plan, data, webhookUrl, webhookSecret, allowRemote } = flags
  if ((webhookUrl === undefined) !== (webhookSecret === undefined)) {
    const missing = webhookUrl === undefined ? '--webhook-url' : '--webhook-secret'
    throw new ConfigurationError(missing, 'is missing', 'The two webhook flags go together.')
  }
  // Its help is there without the server.
  const { createSandbox } = await import('./create-sandbox.ts')
  const sandbox = await createSandbox({
    host,
    port: readPort('--port', flags.port),
    plan,
    window: flags.window as WindowModel,
    seed: flags.seed === undefined ? undefined : readNumber('--seed', flags.seed),
    data,
    speed: readNumber('--speed', flags.speed),
    allowRemote,
    ...(webhookUrl !== undefined &&
      webhookSecret !== undefined && { webhook: { url: webhookUrl, secret: webhookSecret } }),
  })
  if (!isLoopback(host))
    io.stderr.write(`Listening on ${host}: whoever reaches this machine can use and control the sandbox.\n`)
  io.stdout.write(`sandbox ready on ${sandbox.baseUrl}\n`)
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve()
    else io.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await sandbox.close()
}

/** Names a wrong option as its user wrote it: as a flag, or as the variable of the environment. */
function asTyped(error: unknown, plan: string): unknown {
  if (!(error instanceof ConfigurationError) || /^--|^[A-Z]/.test(error.setting)) return error
  const problem = error.message.slice(error.setting.length + 1, -1)
  return new ConfigurationError(error.setting === 'plan' ? plan : `--${error.setting}`, problem, error.hint)
}

function readNumber(flag: string, text: string): number {
  const value = /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN
  if (Number.isNaN(value)) throw new ConfigurationError(flag, 'must be a number')
  return value
}

function helpText(): string {
  const numbers = scenarios.map((scenario) => `  ${numberOf(scenario)}  ${scenario.says}`)
  const agents = firstAgents.map(({ agent_id, name }) => `  ${agent_id.padEnd(15)} ${name}`)
  return `
Numbers that choose what happens (any other is drawn from the seed):
${numbers.join('\n')}

Agents:
${agents.join('\n')}

Any API key that begins with sk_sandbox is good; sk_sandbox_readonly… may only
read.
`
}
