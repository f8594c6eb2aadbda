import * as z from 'zod/mini'

export type Json = Readonly<Record<string, unknown>>

/** What a pattern may not use if it is to be read by any model's provider and any language's expressions. */
const UNPORTABLE_PATTERN = /\\p\{|\(\?[=!<]/

/**
 * A schema of the contract as JSON Schema that every client can read: no `null` beside another type, no list of types,
 * no schema that says nothing, no pattern that only JavaScript knows. What it leaves out is still checked here.
 *
 * @example
 * portableSchema(createCallInput).required // ['agent_id', 'recipient_phone']
 */
export function portableSchema(schema: z.ZodMiniType, describe: Readonly<Record<string, string>> = {}): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io: 'input' })
  const made = portable(json) as Record<string, unknown>
  const properties = made.properties as Record<string, Json> | undefined
  if (properties === undefined) return made
  const described = Object.entries(properties).map(([name, field]) => {
    const description = describe[name] ?? field.description
    return [name, description === undefined ? field : { ...field, description }]
  })
  return { ...made, properties: Object.fromEntries(described) }
}

function portable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(portable)
  if (typeof node !== 'object' || node === null) return node
  const made: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(node as Json)) {
    if (key === 'pattern' && UNPORTABLE_PATTERN.test(String(value))) continue
    // In JSON every name is text.
    if (key === 'propertyNames') continue
    // Bounds of what a JavaScript number can hold tell a reader nothing.
    if ((key === 'minimum' || key === 'maximum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER)
      continue
    if (key === 'properties') {
      made[key] = Object.fromEntries(
        Object.entries(value as Json).map(([name, field]) => [name, portable(field)]),
      )
    } else if (key === 'additionalProperties' || key === 'items') {
      made[key] = saysNothing(value) ? true : portable(value)
    } else if (key === 'examples' || key === 'enum' || key === 'const' || key === 'default') {
      made[key] = value
    } else {
      made[key] = portable(value)
    }
  }
  return simplified(made)
}

/** Drops the branch `null`, and unwraps a union or a conjunction of one. */
function simplified(node: Record<string, unknown>): Record<string, unknown> {
  const { anyOf, allOf, ...rest } = node
  if (Array.isArray(node.type)) {
    const { type, ...kept } = node
    const branches = (node.type as readonly string[]).map((one) => ({ type: one }))
    return simplified({ ...kept, anyOf: branches })
  }
  if (Array.isArray(anyOf)) {
    const branches = anyOf.filter((branch) => (branch as Json).type !== 'null')
    if (branches.length === 1) return simplified({ ...(branches[0] as Json), ...rest })
    return { ...rest, anyOf: branches }
  }
  if (Array.isArray(allOf)) {
    const parts = allOf.filter((part) => !saysNothing(part))
    return parts.length === 0 ? rest : { ...rest, allOf: parts }
  }
  return node
}

const saysNothing = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0
