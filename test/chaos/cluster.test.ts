import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

test('examples/hooks-cluster: two servers are replaced and one is killed under load, and nothing is lost', async () => {
  const script = ['scripts/run.cjs', 'examples/hooks-cluster/run.ts']
  const { stdout } = await promisify(execFile)('node', script, { cwd: root })
  expect(stdout).toMatch(/worker 1 stopped in \d+ ms, worker 3 took over/)
  expect(stdout).toMatch(/worker 3 was killed/)
  expect(stdout).toMatch(/\d{3,} events taken: 0 lost/)
}, 300_000)
