import type { Movoice } from '@movoice-kit/core'
import { CommandError, ConfigurationError, exitCodes } from '@movoice-kit/core/command'

/**
 * Looks at the agent before anybody is called: that it is there, that it is active, and that everything its prompt
 * names as {{name}} will be there, as else it would read the braces out.
 *
 * @throws {@link CommandError} or {@link ConfigurationError} if calls with it would go wrong
 */
export async function checkAgent(
  movoice: Movoice,
  id: string,
  given: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { status, prompt } = await movoice.agents.get(id, { signal })
  if (status === 'inactive') {
    throw new CommandError(`The agent ${id} is not active.`, {
      hint: 'Activate it in the dashboard first. Nothing was placed.',
      exitCode: exitCodes.refused,
    })
  }
  const named = new Set([...(prompt ?? '').matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].map(([, name]) => name))
  const missing = [...named].filter((name) => name !== undefined && !given.includes(name))
  if (missing.length === 0) return
  const names = missing.map((name) => `"${name}"`).join(', ')
  throw new ConfigurationError(
    '<file>',
    `has no column ${names}, which the prompt of ${id} uses`,
    `Add ${missing.length === 1 ? 'it' : 'them'}, or give one value for all with --var ${missing[0]}=…`,
  )
}
