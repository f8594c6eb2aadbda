import type { Authentication, Bundle, ZObject } from 'zapier-platform-core'
import { movoiceOf, readConnection } from './connection.ts'
import { explained } from './errors.ts'
import { hooksOf } from './hooks.ts'

/** What the label of a connection is made of; see `connectionLabel`. */
interface Tested {
  readonly account: string
  readonly agents: number
  readonly key_end: string
}

/** Tries the key by listing agents and, where one is given, the hooks server by reading its newest event. */
async function test(z: ZObject, bundle: Bundle): Promise<Tested> {
  return explained(z, async () => {
    const { apiKey, baseUrl } = readConnection(z, bundle)
    const { items, total } = await movoiceOf(z, bundle).agents.list()
    await hooksOf(z, bundle)?.events({ limit: 1 })
    const [first] = items
    return {
      account: first === undefined ? accountHost(baseUrl) : (first.name ?? first.agent_id),
      agents: total ?? items.length,
      key_end: apiKey.slice(-4),
    }
  })
}

function accountHost(baseUrl: string | undefined): string {
  return baseUrl === undefined ? 'Movoice' : new URL(baseUrl).host
}

export const authentication: Authentication = {
  type: 'custom',
  test,
  // Movoice tells no account name: the first agent and the end of the key keep two connections apart.
  connectionLabel: '{{account}} (key …{{key_end}})',
  fields: [
    {
      key: 'api_key',
      label: 'API Key',
      type: 'password',
      required: true,
      helpText: 'From the [Movoice dashboard](https://movoice.ai) under Settings → API Keys.',
    },
    {
      key: 'base_url',
      label: 'Base URL',
      type: 'string',
      required: false,
      placeholder: 'https://api.movoice.ai/v1',
      helpText: 'Only for a Movoice of your own, such as a sandbox. Leave it empty for the Movoice service.',
    },
    {
      key: 'hooks_url',
      label: 'Hooks Server URL',
      type: 'string',
      required: false,
      placeholder: 'https://hooks.example.com',
      helpText:
        'Where your Movoice hooks server runs. The instant triggers need it; actions, searches and the scheduled trigger do not.',
    },
    {
      key: 'hooks_token',
      label: 'Hooks Server Token',
      type: 'password',
      required: false,
      helpText: 'The `HOOKS_TOKEN` your hooks server was started with.',
    },
  ],
}
