import { apiKeyProblem, baseUrlProblem } from '../contract/credentials.ts'
import { type Plan, readPlan } from '../contract/plans.ts'
import { ConfigurationError } from './command-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What the environment says of a Movoice account; whatever it does not say is `undefined`. */
export interface MovoiceSettings {
  readonly apiKey: string | undefined
  readonly baseUrl: string | undefined
  readonly plan: Plan | undefined
}

/**
 * Reads `MOVOICE_API_KEY`, `MOVOICE_BASE_URL` and `MOVOICE_PLAN`. An empty one counts as not set.
 *
 * @param needs `apiKey` if the command cannot go on without one
 * @throws {@link ConfigurationError} naming the first that is missing or malformed, never quoting the key
 * @example
 * const { apiKey, baseUrl, plan } = readMovoiceSettings(io.env, 'apiKey')
 */
export function readMovoiceSettings(
  env: Environment,
  needs: 'apiKey',
): MovoiceSettings & { readonly apiKey: string }
export function readMovoiceSettings(env: Environment): MovoiceSettings
export function readMovoiceSettings(env: Environment, needs?: 'apiKey'): MovoiceSettings {
  const apiKey = textOf(env.MOVOICE_API_KEY)
  const keyProblem = apiKey === undefined && needs === undefined ? undefined : apiKeyProblem(apiKey)
  if (keyProblem !== undefined) {
    throw new ConfigurationError(
      'MOVOICE_API_KEY',
      keyProblem,
      'The dashboard shows it under Settings → API Keys; without an account, start "movoice sandbox" and use sk_sandbox_demo.',
    )
  }
  const baseUrl = textOf(env.MOVOICE_BASE_URL)
  const urlProblem = baseUrl === undefined ? undefined : baseUrlProblem(baseUrl)
  if (urlProblem !== undefined) throw new ConfigurationError('MOVOICE_BASE_URL', urlProblem)
  return { apiKey, baseUrl, plan: planOf(textOf(env.MOVOICE_PLAN)) }
}

/**
 * Reads the secrets of a setting: one, or several parted by commas while one is being replaced by another.
 *
 * @example
 * readSecrets('old-secret, new-secret') // ['old-secret', 'new-secret']
 */
export function readSecrets(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '')
}

function planOf(text: string | undefined): Plan | undefined {
  if (text === undefined) return undefined
  const plan = readPlan(text)
  if (plan !== undefined) return plan
  throw new ConfigurationError(
    'MOVOICE_PLAN',
    'must be starter, growth, business, enterprise, or calls per minute x concurrent calls such as 120x5',
  )
}

function textOf(value: string | undefined): string | undefined {
  const text = value?.trim()
  return text === '' ? undefined : text
}
