// Checks the types of everything, the tests with packages of their own included; of those, a whole n8n is left out,
// as nothing of it is imported.
import { spawnSync } from 'node:child_process'
import { join, relative } from 'node:path'
import { installOrStop, sideFolders } from './side.ts'

const root = join(import.meta.dirname, '..')
for (const folder of [...sideFolders(root, 'test/side/*'), ...sideFolders(root, 'test/heavy/browser')]) {
  installOrStop(root, relative(root, folder))
}
process.exitCode = spawnSync('tsc', ['--noEmit'], { cwd: root, stdio: 'inherit' }).status ?? 1
