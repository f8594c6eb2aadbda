import type * as z from 'zod/mini'

const NUMBER = /^-?\d+(\.\d+)?$/

/** The kind of value behind `optional` and the like. */
function kindOf(schema: z.core.$ZodType): string {
  const { def } = schema._zod
  return 'innerType' in def ? kindOf(def.innerType as z.core.$ZodType) : def.type
}

/** Which fields of a query are numbers, read from its schema once. */
export function numericFields(schema: z.ZodMiniType | undefined): ReadonlySet<string> {
  const shape = (schema as { readonly shape?: Record<string, z.core.$ZodType> } | undefined)?.shape ?? {}
  return new Set(Object.keys(shape).filter((name) => kindOf(shape[name] as z.core.$ZodType) === 'number'))
}

/** A query as text, with numbers where the schema wants numbers; what is no number stays text, to be refused. */
export function readQuery(query: unknown, numeric: ReadonlySet<string>): Record<string, unknown> {
  const read: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    read[name] = numeric.has(name) && typeof value === 'string' && NUMBER.test(value) ? Number(value) : value
  }
  return read
}
