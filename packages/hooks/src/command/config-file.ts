import { readFileSync } from 'node:fs'
import { ConfigurationError } from '@movoice-kit/core/command'
import { apiKeyProblem, baseUrlProblem, check, readPlan } from '@movoice-kit/core/contract'
import * as z from 'zod/mini'
import type { AccountOptions, TokenOptions } from '../create-hooks.ts'

const account = z.strictObject({
  webhook_secrets: z.optional(z.union([z.string(), z.array(z.string())])),
  api_key: z.optional(z.string()),
  base_url: z.optional(z.string()),
  plan: z.optional(z.string()),
})
const token = z.strictObject({
  name: z.string().check(z.minLength(1)),
  sha256: z
    .string()
    .check(z.regex(/^[0-9a-f]{64}$/i, { error: 'must be the SHA-256 of the token, 64 hex digits' })),
  scopes: z.array(z.enum(['ingest', 'manage', 'read'], { error: 'must be ingest, manage or read' })),
})
const file = z.strictObject({
  accounts: z.optional(
    z.record(
      z.string().check(z.regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, { error: 'must be a short word' })),
      account,
    ),
  ),
  tokens: z.optional(z.array(token)),
})

export interface ConfigFile {
  readonly accounts: Readonly<Record<string, AccountOptions>>
  readonly tokens: readonly TokenOptions[]
}

/**
 * Reads other Movoice accounts, and tokens that may do less, from a JSON file.
 *
 * @throws {@link ConfigurationError} naming what is wrong and where, never quoting a value
 */
export function readConfigFile(path: string): ConfigFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigurationError(
      '--config',
      `names ${path}, which cannot be read (${(error as { code?: string }).code})`,
    )
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ConfigurationError('--config', `names ${path}, which is not valid JSON`)
  }
  const checked = check(file, value)
  if (!checked.ok) {
    const what = checked.problems.map(({ path: at, message }) => `${at} ${message}`.trim()).join('; ')
    throw new ConfigurationError('--config', `names ${path}, in which ${what}`)
  }
  const accounts = Object.entries(checked.value.accounts ?? {}).map(
    ([name, one]): [string, AccountOptions] => {
      const problem =
        (one.api_key === undefined ? undefined : apiKeyProblem(one.api_key)) ??
        (one.base_url === undefined ? undefined : baseUrlProblem(one.base_url)) ??
        (one.plan === undefined || readPlan(one.plan) !== undefined
          ? undefined
          : 'has a plan that does not exist')
      if (problem !== undefined) {
        throw new ConfigurationError('--config', `names ${path}, in which accounts.${name} ${problem}`)
      }
      return [
        name,
        { webhookSecrets: one.webhook_secrets, apiKey: one.api_key, baseUrl: one.base_url, plan: one.plan },
      ]
    },
  )
  return { accounts: Object.fromEntries(accounts), tokens: checked.value.tokens ?? [] }
}
