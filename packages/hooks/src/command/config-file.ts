import { readFileSync } from 'node:fs'
import { ConfigurationError } from '@movoice-kit/core/command'
import { apiKeyProblem, baseUrlProblem, check, readPlan } from '@movoice-kit/core/contract'
import * as z from 'zod/mini'
import type { AccountOptions, TokenOptions } from '../hooks-options.ts'
import type { RateLimitOptions } from '../http/rate-limits.ts'

const account = z.strictObject({
  webhook_secrets: z.optional(z.union([z.string(), z.array(z.string())])),
  api_key: z.optional(z.string()),
  base_url: z.optional(z.string()),
  plan: z.optional(z.string()),
  api_per_minute: z.optional(z.int().check(z.minimum(1, { error: 'must be 1 or more' }))),
})
const token = z.strictObject({
  name: z.string().check(z.minLength(1)),
  sha256: z
    .string()
    .check(z.regex(/^[0-9a-f]{64}$/i, { error: 'must be the SHA-256 of the token, 64 hex digits' })),
  scopes: z.array(z.enum(['ingest', 'manage', 'read'], { error: 'must be ingest, manage or read' })),
})
const count = z.optional(
  z
    .int({ error: 'must be a whole number of requests a minute' })
    .check(z.minimum(1, { error: 'must be 1 or more' })),
)
const rateLimits = z.strictObject({
  ingest: count,
  read: count,
  manage: count,
  wrong_tokens: count,
  refused: count,
})
const file = z.strictObject({
  accounts: z.optional(
    z.record(
      z.string().check(z.regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, { error: 'must be a short word' })),
      account,
    ),
  ),
  tokens: z.optional(z.array(token)),
  rate_limits: z.optional(rateLimits),
})

export interface ConfigFile {
  readonly accounts: Readonly<Record<string, AccountOptions>>
  readonly tokens: readonly TokenOptions[]
  readonly rateLimits: RateLimitOptions
}

/**
 * Reads other Movoice accounts, tokens that may do less, and rate limits, from a JSON file.
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
        {
          webhookSecrets: one.webhook_secrets,
          apiKey: one.api_key,
          baseUrl: one.base_url,
          plan: one.plan,
          apiPerMinute: one.api_per_minute,
        },
      ]
    },
  )
  const { tokens = [], rate_limits: { wrong_tokens: wrongTokens, ...limits } = {} } = checked.value
  return { accounts: Object.fromEntries(accounts), tokens, rateLimits: { ...limits, wrongTokens } }
}
