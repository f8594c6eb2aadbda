import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assumptionNotes } from '@movoice-kit/core/contract'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

describe('the README', () => {
  test.each(assumptionNotes.map(({ says }) => [says]))('tells that we assume: %s', (says) => {
    expect(readme).toContain(`- ${says}\n`)
  })

  test('names only commands that exist', () => {
    const named = [...readme.matchAll(/npx pnpm@12 ([a-z0-9:]+)/g)].map((match) => match[1] ?? '')
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })

  test('shows the output of the demo, not a placeholder', () => {
    expect(readme).toMatch(/call\.completed/)
    expect(readme).not.toMatch(/\b[A-Z]+_OUTPUT\b|ASSUMPTIONS/)
  })
})
