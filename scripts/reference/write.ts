// Writes docs/reference from the docstrings: `npx pnpm@12 reference`. A test says when it is due.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installOrStop } from '../side.ts'

const root = join(import.meta.dirname, '../..')
installOrStop(root, 'test/side/reference')
const { surfaceOf } = await import('./exports.ts')
const { pagesOf } = await import('./render.ts')

const folder = join(root, 'docs/reference')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const { file, text } of pagesOf(surfaceOf(root))) writeFileSync(join(folder, file), text)
