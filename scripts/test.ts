// The ordinary tests: installs what the side folders beside them need, then runs vitest on the sources.
import { spawnSync } from 'node:child_process'
import { join, relative } from 'node:path'
import { installOrStop, sideFolders } from './side.ts'

const root = join(import.meta.dirname, '..')
for (const under of ['test/side/*', 'examples/*']) {
  for (const folder of sideFolders(root, under)) installOrStop(root, relative(root, folder))
}
const { status } = spawnSync('vitest', ['run', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1
