import { inspect } from 'node:util'

const DEPTH = 12

/**
 * Every place where a secret can be seen in a value that is logged, sent or printed: its fields down to a depth of
 * 12 (hidden ones, symbols and getters too), its JSON, its stack, and what `util.inspect` shows. Empty if it is clean.
 *
 * @example
 * expect(leaksOf(error, KEY)).toEqual([])
 */
export function leaksOf(value: unknown, secret: string): string[] {
  const leaks: string[] = []
  const seen = new Set<unknown>()
  const walk = (here: unknown, path: string, depth: number): void => {
    if (typeof here === 'string') {
      if (here.includes(secret)) leaks.push(path)
      return
    }
    if ((typeof here !== 'object' && typeof here !== 'function') || here === null) return
    if (depth > DEPTH || seen.has(here)) return
    seen.add(here)
    for (const key of Reflect.ownKeys(here)) {
      if (String(key).includes(secret)) leaks.push(`${path}.(name)`)
      walk(read(here, key), `${path}.${String(key)}`, depth + 1)
    }
    if (here instanceof Map || here instanceof Set) walk([...here], `${path}.(entries)`, depth + 1)
  }
  walk(value, 'value', 0)
  const shown: Record<string, string | undefined> = {
    string: String(value),
    json: jsonOf(value),
    stack: value instanceof Error ? value.stack : undefined,
    inspect: inspect(value, { depth: DEPTH, showHidden: true, getters: true }),
  }
  for (const [name, text] of Object.entries(shown)) if (text?.includes(secret)) leaks.push(name)
  return leaks
}

/** A getter that throws shows nothing. */
function read(object: object, key: PropertyKey): unknown {
  try {
    return (object as Record<PropertyKey, unknown>)[key]
  } catch {
    return undefined
  }
}

/** What refers to itself has no JSON to leak into. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
