// After the versions were raised: writes the new one where the sources say it. Part of `npx pnpm@12 release:version`.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages } from '../packages.ts'

const root = join(import.meta.dirname, '../..')
const versions = new Set(packages(root).map(({ folder }) => versionOf(folder)))
const [version] = versions
if (version === undefined || versions.size > 1) {
  console.error(
    `The packages have several versions: ${[...versions].join(', ')}. They are released under one.`,
  )
  process.exit(1)
}
const path = join(root, 'packages/core/src/contract/version.ts')
const before = readFileSync(path, 'utf8')
writeFileSync(path, before.replace(/VERSION = '[^']*'/, `VERSION = '${version}'`))
// Whoever copies an example gets the kit that it was tested with.
for (const file of globSync('examples/*/package.json', { cwd: root })) {
  const text = readFileSync(join(root, file), 'utf8')
  writeFileSync(join(root, file), text.replace(/("@movoice-kit\/[\w-]+": )"[^"]*"/g, `$1"^${version}"`))
}
console.log(`The kit is version ${version}.`)

function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  return version
}
