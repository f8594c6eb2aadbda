import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { check, type FieldProblem } from '@movoice-kit/core/contract'
import type * as z from 'zod/mini'
import { type Json, portableSchema } from './portable.ts'

/**
 * A zod schema as the SDK takes it: shown to the client in portable form, checked by the contract, its mistakes told in
 * the kit's words.
 *
 * @example
 * server.registerTool('get_call', { inputSchema: toolSchema(getCallInput) }, handler)
 */
export function toolSchema<T extends z.ZodMiniType>(
  schema: T,
  describe: Readonly<Record<string, string>> = {},
): StandardSchemaWithJSON<z.input<T>, z.output<T>> {
  let json: Json | undefined
  const shown = (): Record<string, unknown> => {
    json ??= portableSchema(schema, describe)
    return { ...json }
  }
  return {
    '~standard': {
      version: 1,
      vendor: 'movoice-kit',
      validate: async (value) => {
        const checked = check(schema, value)
        if (checked.ok) return { value: checked.value as z.output<T> }
        const problems = await Promise.all(checked.problems.map((problem) => closer(problem, value)))
        return {
          issues: problems.map(({ path, message }) => ({
            message: path === '' ? message : `${path} ${message}`,
          })),
        }
      },
      jsonSchema: { input: shown, output: shown },
    },
  }
}

/** A number that is written as people write it: what is wrong with it, and which one it could be. */
async function closer(problem: FieldProblem, input: unknown): Promise<FieldProblem> {
  const text = problem.path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .reduce<unknown>((here, part) => (here as Record<string, unknown> | undefined)?.[part], input)
  if (typeof text !== 'string' || !/(^|[._])phone$|^from_number$/.test(problem.path)) return problem
  const { checkPhone } = await import('@movoice-kit/core/phone')
  const found = checkPhone(text)
  if (found === undefined) return problem
  const { message, suggestion } = found
  return {
    ...problem,
    message: suggestion === undefined ? message : `${message} (did you mean ${suggestion}?)`,
  }
}
