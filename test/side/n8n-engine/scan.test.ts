import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import buildNodes from '../../../packages/n8n/build.ts'
import { pnpm } from '../../../scripts/pnpm.ts'

const root = join(import.meta.dirname, '../../..')
const folder = join(root, 'packages/n8n')
let unpacked: string

beforeAll(async () => {
  await buildNodes(folder, join(root, 'tsconfig.base.json'))
  unpacked = mkdtempSync(join(tmpdir(), 'n8n-nodes-'))
  pnpm(['pack', '--pack-destination', unpacked], { cwd: folder })
  const [tarball] = globSync('*.tgz', { cwd: unpacked })
  execFileSync('tar', ['-xzf', String(tarball), '--strip-components=1'], { cwd: unpacked })
  rmSync(join(unpacked, String(tarball)))
}, 60_000)
afterAll(() => rmSync(unpacked, { recursive: true, force: true }))

function scan(target: string, leg: 'source' | 'tarball'): unknown {
  const { NODE_ENV: _test, VITEST: _vitest, ...env } = process.env
  const script = join(import.meta.dirname, 'scan-package.ts')
  return JSON.parse(execFileSync(process.execPath, [script, target, leg], { encoding: 'utf8', env }))
}

test('n8n’s scan finds nothing in the sources', () => {
  expect(scan(folder, 'source')).toEqual({ passed: true })
}, 60_000)

test('n8n’s scan finds nothing in what is published', () => {
  expect(scan(unpacked, 'tarball')).toEqual({ passed: true })
}, 60_000)

test('the scan would find something', () => {
  writeFileSync(join(unpacked, 'dist/bad.js'), "require('axios'); setTimeout(() => process.exit(), 1)\n")
  expect(scan(unpacked, 'tarball')).toMatchObject({
    passed: false,
    details: expect.stringContaining('axios'),
  })
}, 60_000)

test('what is published is small and needs nothing', () => {
  const files = globSync('**/*', { cwd: unpacked, withFileTypes: true }).filter((file) => file.isFile())
  const bytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)
  expect(bytes).toBeLessThanOrEqual(600_000)
  expect(files.map(({ name }) => name)).toContain('movoice.dark.svg')
})
