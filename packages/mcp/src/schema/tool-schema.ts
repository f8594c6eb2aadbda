import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { check } from '@movoice-kit/core/contract'
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
      validate: (value) => {
        const checked = check(schema, value)
        if (checked.ok) return { value: checked.value as z.output<T> }
        return {
          issues: checked.problems.map(({ path, message }) => ({
            message: path === '' ? message : `${path} ${message}`,
          })),
        }
      },
      jsonSchema: { input: shown, output: shown },
    },
  }
}
