import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { anchorsOf, pages, proseOf, read, root } from './pages.ts'

/** Every target that is not of another site, with the words of its link. */
function linksOf(page: string): { readonly words: string; readonly target: string }[] {
  const inline = [
    ...proseOf(page).matchAll(/\[((?:[^[\]]|\[[^\]]*\])*)\]\((?!https?:|mailto:)([^)\s]+)(?: "[^"]*")?\)/g),
  ]
  const inHtml = [...proseOf(page).matchAll(/(?:src|srcset|href)="(?!https?:|mailto:|data:)([^"]+)"/g)]
  return [
    ...inline.map(([, words = '', target = '']) => ({ words, target })),
    ...inHtml.map(([, target = '']) => ({ words: '', target })),
  ]
}

test('there are pages, and links in them', () => {
  expect(pages.length).toBeGreaterThan(20)
  expect(pages.flatMap(linksOf).length).toBeGreaterThan(100)
})

test.each(pages)('every link of %s leads somewhere', (page) => {
  const wrong: string[] = []
  for (const { target } of linksOf(page)) {
    const [path = '', anchor] = target.split('#', 2)
    const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)))
    if (!existsSync(join(root, file))) wrong.push(`${target}: there is no ${file}`)
    else if (
      anchor !== undefined &&
      file.endsWith('.md') &&
      !anchorsOf(file).has(decodeURIComponent(anchor))
    ) {
      wrong.push(`${target}: ${file} has no such heading`)
    }
  }
  expect(wrong).toEqual([])
})

test.each(pages)('every test that %s cites is in the file it links to', (page) => {
  const wrong: string[] = []
  for (const { words, target } of linksOf(page)) {
    if (!target.endsWith('.test.ts') || words.includes('.test.ts')) continue
    const file = normalize(join(dirname(page), target))
    const title = words.replace(/^"|"$/g, '')
    const source = readFileSync(join(root, file), 'utf8')
    if (!source.includes(title.replace(/`/g, ''))) wrong.push(`${file} has no test "${title}"`)
  }
  expect(wrong).toEqual([])
})

test('every page is reached from the README', () => {
  const reached = new Set<string>(['README.md'])
  const left = ['README.md']
  for (let page = left.pop(); page !== undefined; page = left.pop()) {
    for (const { target } of linksOf(page)) {
      const path = normalize(join(dirname(page), decodeURIComponent(target.split('#')[0] ?? '')))
      const isFolder = existsSync(join(root, path)) && statSync(join(root, path)).isDirectory()
      const next = isFolder ? join(path, 'README.md') : path
      if (!pages.includes(next) || reached.has(next)) continue
      reached.add(next)
      left.push(next)
    }
  }
  const forOthers = (page: string) => page.startsWith('.github/') || page.startsWith('packages/')
  expect(pages.filter((page) => !reached.has(page) && !forOthers(page))).toEqual([])
  expect(read('README.md')).toContain('(docs/README.md)')
})

test('every page that installs a package of the kit from npm says that it is not there yet', () => {
  const installs = /\b(?:npm install|npx)\b[^`\n]*(?:@movoice-kit\/|n8n-nodes-movoice)/
  const silent = pages.filter((page) => {
    // A package's own page is read where it was published.
    if (page.startsWith('packages/') || page === 'README.md' || !installs.test(read(page))) return false
    return !linksOf(page).some(({ target }) => target.endsWith('README.md#not-on-npm-yet'))
  })
  expect(silent).toEqual([])
})
