import { createConfig, lintFromString } from '@redocly/openapi-core'

/** What Redocly's recommended rules, all as errors, have to say of an OpenAPI document: nothing, if it is good. */
export async function lint(document: unknown): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] })
  const problems = await lintFromString({ source: JSON.stringify(document), config })
  return problems.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`)
}
