import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

test('a reader that leaves, as head does, ends nothing that is under way', async () => {
  const io = JSON.stringify(join(import.meta.dirname, 'process-io.ts'))
  const script = `import { processIo } from ${io}
    const { stdout, stderr } = processIo()
    for (let n = 0; n < 50; n += 1) {
      stdout.write('a line\\n')
      await new Promise((next) => setTimeout(next, 2))
    }
    stderr.write('done')`
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '--eval', script])
  child.stdout.once('data', () => child.stdout.destroy())
  const said = text(child.stderr)
  const [code] = await once(child, 'close')
  expect([code, await said]).toEqual([0, 'done'])
})

test('says nothing of SQLite being an experiment, and lets other warnings through', async () => {
  const io = JSON.stringify(join(import.meta.dirname, 'process-io.ts'))
  const script = `import { processIo } from ${io}
    processIo()
    process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning')
    process.emitWarning('Something else is old', 'DeprecationWarning')`
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '--eval', script])
  const said = await text(child.stderr)
  expect(said).toContain('Something else is old')
  expect(said).not.toContain('SQLite')
})
