import { join } from 'node:path'
import { describeFailure, exitCodes } from '@movoice-kit/core/command'
import { type OperationName, webhookEventTypes } from '@movoice-kit/core/contract'
import { sampleCallEvent, signWebhook } from '@movoice-kit/core/events'
import { createHooks } from '@movoice-kit/hooks'
import { runCli } from '../../../packages/cli/src/testing/run-cli.ts'
import { FUTURE_EVENT } from '../contract.ts'
import type { Door } from '../door.ts'
import type { FullApi } from '../full-api.ts'

/** How a person asks for an operation, with everything that can be said. */
const commands: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'calls.create': [
    [
      'call',
      '+12025550101',
      '--agent',
      'agent_clinic',
      '--var',
      'name=Asha',
      '--from-number',
      '+12025550199',
    ].concat(['--max-duration', '60', '--schedule-at', '1798761600', '--yes', '-o', 'json']),
  ],
  'calls.list': [
    [
      'calls',
      'list',
      '--limit',
      '2',
      '--offset',
      '1',
      '--status',
      'failed',
      '--agent',
      'agent_clinic',
    ].concat(['--from', '1767225600', '--to', '1798761600', '-o', 'json']),
  ],
  'calls.get': [['calls', 'get', 'call_1', '-o', 'json']],
  'agents.list': [['agents', 'list', '-o', 'json']],
  'agents.get': [['agents', 'get', 'agent_clinic', '-o', 'json']],
  'agents.update': [
    ['agents', 'update', 'agent_clinic', '--prompt', 'Be kind.', '--voice', 'voice_1', '--yes', '-o', 'json'],
  ],
}

const SECRET = 'matrix-secret'

/** The command line, run as a person runs it. */
export async function cliDoor(api: FullApi): Promise<Door> {
  const env = { MOVOICE_API_KEY: 'sk_sandbox_matrix', MOVOICE_BASE_URL: api.baseUrl }
  const ask = async (name: OperationName) => {
    api.asked.length = 0
    const all = []
    for (const command of commands[name] ?? []) all.push(await runCli(command, env))
    return all
  }
  const hooks = await createHooks({ webhookSecret: SECRET })
  const relay = { HOOKS_TOKEN: hooks.token, HOOKS_PUBLIC_URL: hooks.url }
  return {
    name: 'cli',
    title: 'terminal',
    async operation(name) {
      await ask(name)
      return api.asked.some(({ operation }) => operation === name)
    },
    async inputs(name) {
      await ask(name)
      return api.asked
        .filter(({ operation }) => operation === name)
        .flatMap(({ fields }) => Object.keys(fields))
    },
    async outputs(name) {
      const [ran] = await ask(name)
      const printed = JSON.parse(ran?.out ?? '{}') as Record<string, unknown> | Record<string, unknown>[]
      return Object.keys((Array.isArray(printed) ? printed[0] : printed) ?? {})
    },
    async events() {
      for (const type of webhookEventTypes) {
        await runCli(['trigger', type, '--to', `${hooks.url}/movoice`, '--secret', SECRET])
      }
      await tellOfTheFuture(hooks.url)
      const { out } = await runCli(['events', 'list', '-o', 'json'], relay)
      return (JSON.parse(out) as { type: string }[]).map(({ type }) => type)
    },
    async eventFields() {
      const { id } = sampleCallEvent('call.completed')
      const { out } = await runCli(['events', 'get', id, '-o', 'json'], relay)
      return Object.keys(JSON.parse(out) as object)
    },
    async tells({ error }) {
      if (error.name === 'SignatureError') {
        const body = join(import.meta.dirname, 'cli.ts')
        const { code, err } = await runCli([
          'verify',
          body,
          '--secret',
          SECRET,
          '--signature',
          '0'.repeat(64),
        ])
        return code !== 0 && /this is another secret/.test(err)
      }
      const failure = describeFailure(error)
      const says = failure?.line.includes(error.hint.replace(/\s+/g, ' ')) === true
      return says && failure?.exitCode !== exitCodes.failed
    },
    close: () => hooks.close(),
  }
}

/** A webhook of a type that nobody knows yet, as Movoice would send it. */
async function tellOfTheFuture(url: string): Promise<void> {
  const body = JSON.stringify({ event_type: FUTURE_EVENT, call_id: 'call_1' })
  const headers = { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, SECRET) }
  await fetch(`${url}/movoice`, { method: 'POST', headers, body })
}
