// The ordinary tests: installs what the side folders beside them need, then runs vitest on the sources.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installSide, sideFolders } from './side.ts'

const root = join(import.meta.dirname, '..')
for (const folder of sideFolders(root, 'test/side/*')) {
  try {
    installSide(folder)
  } catch (error) {
    const last = String(error instanceof Error ? error.message : error)
      .trim()
      .split('\n')
      .at(-1)
    console.error(`The packages of ${folder.slice(root.length + 1)} could not be installed: ${last}`)
    process.exit(1)
  }
}
const { status } = spawnSync('vitest', ['run', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1
