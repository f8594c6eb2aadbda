import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { isCalled, surfaceOf } from '../../../scripts/reference/exports.ts'
import { pagesOf } from '../../../scripts/reference/render.ts'

const root = join(import.meta.dirname, '../../..')
const folder = join(root, 'docs/reference')
const surface = surfaceOf(root)
const all = surface.entries.flatMap(({ entry, exports }) => exports.map((one) => ({ entry, ...one })))

test('docs/reference is what the docstrings say; if not: npx pnpm@12 reference', () => {
  const pages = pagesOf(surface)
  expect(readdirSync(folder).sort()).toEqual(pages.map(({ file }) => file).sort())
  for (const { file, text } of pages) expect(readFileSync(join(folder, file), 'utf8'), file).toBe(text)
})

test('every export says what it is', () => {
  expect(all.length).toBeGreaterThan(200)
  expect(all.filter(({ words }) => words === '').map(({ entry, name }) => `${entry.name} ${name}`)).toEqual(
    [],
  )
})

test('every function and class that is exported has an example', () => {
  const without = all.filter((one) => isCalled(one) && one.examples.length === 0)
  expect(without.map(({ entry, name }) => `${entry.name} ${name}`)).toEqual([])
})

// Where the packages it imports are found.
const work = mkdtempSync(join(root, 'test/docs/.blocks-reference-'))
afterAll(() => rmSync(work, { recursive: true }))

/** What an example may take as given: names, a function around it, and packages that its reader has. */
const GIVEN = /error TS(2304|2552|2503|18004|7006|7031|1108):|Cannot find module '(?!@movoice-kit)/

test('the examples use what there is, as it is', () => {
  const names = new Map<string, Set<string>>()
  for (const { entry, name } of all) names.set(entry.name, (names.get(entry.name) ?? new Set()).add(name))
  let count = 0
  const seen = new Set<unknown>()
  for (const { entry, name, symbol, examples } of all) {
    if (seen.has(symbol)) continue
    seen.add(symbol)
    for (const text of examples) {
      count += 1
      const used = [...(names.get(entry.name) ?? [])].filter(
        (other) =>
          new RegExp(`\\b${other}\\b`).test(text) &&
          !new RegExp(`(?:import \\{[^}]*|(?:const|let) (?:[{[][^}\\]]*)?)\\b${other}\\b`).test(text),
      )
      const code = `import { ${used.join(', ')} } from '${entry.name}'\n${text}\nexport {}\n`
      const place = join(work, entry.name.replaceAll('/', '-'))
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, `${name}-${count}.ts`), code)
    }
  }
  expect(count).toBeGreaterThan(60)
  const paths = Object.fromEntries(
    surface.entries.map(({ entry }) => [entry.name, [relative(work, entry.source)]]),
  )
  const config = {
    extends: relative(work, join(root, 'tsconfig.base.json')),
    compilerOptions: {
      noEmit: true,
      noUncheckedIndexedAccess: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      verbatimModuleSyntax: false,
      paths,
    },
    include: ['**/*.ts'],
  }
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify(config))
  let complaints: string[] = []
  try {
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', work, '--pretty', 'false'], { cwd: work })
  } catch (error) {
    complaints = String((error as { stdout: Buffer }).stdout).split('\n')
  }
  const ours = complaints.filter((line) => line !== '' && !line.startsWith(' ') && !line.startsWith('..'))
  expect(ours.filter((line) => !GIVEN.test(line))).toEqual([])
})
