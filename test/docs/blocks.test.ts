import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli } from '../../packages/cli/src/testing/run-cli.ts'
import { type Block, blocksOf, pages, proseOf, read, root } from './pages.ts'

const blocks = pages.flatMap(blocksOf)
const nameOf = ({ page, line }: Block) => `${page}:${line}`
const written = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language))

/** Every package by its own name, also those that the tests do not depend on. */
function sourcesOfPackages(from: string): Record<string, string[]> {
  const found = globSync('packages/*/src/index.ts', { cwd: root }).map((source) => {
    const manifest = readFileSync(join(root, dirname(source), '../package.json'), 'utf8')
    const { name } = JSON.parse(manifest) as { readonly name: string }
    return [name, [relative(from, join(root, source))]]
  })
  return Object.fromEntries(found) as Record<string, string[]>
}

describe('TypeScript and JavaScript on a page', () => {
  // Beside the packages it imports, so that they are found.
  const folder = mkdtempSync(join(root, 'test/docs/.blocks-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('type-checks', () => {
    const typed = written('ts', 'js').filter(({ page }) => !page.startsWith('docs/reference/'))
    expect(typed.length).toBeGreaterThan(8)
    const names = new Map<string, string>()
    for (const block of typed) {
      // A file's name above a block is the name that other blocks of the page import it by.
      const own = /^`([\w.-]+\.ts)`$/.exec(block.before)?.[1] ?? `line-${block.line}.ts`
      const file = join(block.page.replace(/\.md$/, '').replaceAll('/', '-'), own)
      // What runs as a file of its own is JavaScript, and tested by being run.
      if (/^<!-- examples\/\S+ -->$/.test(block.before)) continue
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), `${block.code}\nexport {}\n`)
      names.set(file, nameOf(block))
    }
    writeFileSync(join(folder, 'given.d.ts'), readFileSync(join(import.meta.dirname, 'given.txt')))
    const config = {
      extends: relative(folder, join(root, 'tsconfig.base.json')),
      compilerOptions: {
        noEmit: true,
        noUnusedLocals: false,
        noUnusedParameters: false,
        paths: {
          ...sourcesOfPackages(folder),
          pg: [relative(folder, join(root, 'packages/hooks/node_modules/@types/pg/index.d.mts'))],
        },
      },
      include: ['**/*.ts'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    let complaints = ''
    try {
      execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], { cwd: folder })
    } catch (error) {
      complaints = String((error as { stdout: Buffer }).stdout)
    }
    for (const [file, name] of names) complaints = complaints.replaceAll(file, `${file} (${name})`)
    expect(complaints).toBe('')
  })
})

test.each(written('json').map((block) => [nameOf(block), block] as const))(
  'the JSON at %s is JSON',
  (_, { code }) => {
    expect(() => JSON.parse(code)).not.toThrow()
  },
)

/** The words of a shell line up to whatever ends a simple command. */
function wordsOf(line: string): string[] {
  const plain = line.replace(/\s#\s.*$/, '').replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, 'text')
  const [first = ''] = plain.split(/\s*(?:[|;&>)]|\bdo\b|$)/)
  return first.trim().split(/\s+/)
}

/** The command as the first word of a line, after settings for it alone. */
const COMMAND =
  /^\s*(?:\$ )?(?:[A-Z_]+=\S*\s+)*(?:npx (?:-y |--yes )?(?:pnpm@12 movoice|@movoice-kit\/cli)|movoice)(?=\s|$)(.*)$/

/** Every use of the command on a page: in its blocks, and between backticks. */
function commandsOf(page: string): { readonly where: string; readonly words: string[] }[] {
  const lines = blocksOf(page)
    .filter(({ language }) => ['', 'sh', 'bash', 'shell'].includes(language))
    .flatMap((block) =>
      block.code
        .replace(/\\\n\s*/g, ' ')
        .split('\n')
        .map((text) => ({ where: nameOf(block), text })),
    )
  const spans = [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => ({ where: page, text }))
  return [...lines, ...spans].flatMap(({ where, text }) => {
    const found = COMMAND.exec(text)
    if (found === null) return []
    const words = wordsOf(found[1] ?? '').filter((word) => word !== '')
    return words.length === 0 || words[0] === '…' ? [] : [{ where, words }]
  })
}

const commands = pages.flatMap(commandsOf)

test('there are commands on the pages', () => {
  expect(commands.length).toBeGreaterThan(20)
})

const helps = new Map<string, Promise<{ code: number; out: string; err: string }>>()
function helpOf(path: readonly string[]) {
  const key = path.join(' ')
  const known = helps.get(key) ?? runCli([...path, '--help'])
  helps.set(key, known)
  return known
}

test.each(pages)('every command of %s is one that the command line knows, with its options', async (page) => {
  const wrong: string[] = []
  for (const { where, words } of commandsOf(page)) {
    const line = `${where}: movoice ${words.join(' ')}`
    // A command and, where its help lists some, one of its own.
    const path: string[] = []
    let help = await helpOf(path)
    for (const word of words) {
      if (!/^[a-z][a-z-]*$/.test(word) || !new RegExp(`^ {2,}${word}\\b`, 'm').test(help.out)) break
      const next = await helpOf([...path, word])
      if (next.code !== 0) break
      path.push(word)
      help = next
    }
    const [name = ''] = words
    if (path.length === 0 && !name.startsWith('-')) wrong.push(`${line}: there is no such command`)
    const listed = new Set([...help.out.matchAll(/(?<=[\s,])--?[a-z][a-z-]*/gi)].map(([flag]) => flag))
    for (const flag of words
      .filter((word) => /^--?[a-z]/i.test(word))
      .map((word) => word.replace(/=.*$/, ''))) {
      if (!listed.has(flag) && flag !== '--help')
        wrong.push(`${line}: "movoice ${path.join(' ')}" has no ${flag}`)
    }
  }
  expect(wrong).toEqual([])
})

describe('names on a page are names in the code', () => {
  const sources = globSync(
    [
      'packages/*/{src,nodes,credentials}/**/*.{ts,js,html}',
      'packages/*/build.ts',
      'examples/**/*',
      'scripts/*',
      'test/**/*.ts',
    ],
    {
      cwd: root,
      exclude: (path) => path.includes('node_modules') || path.includes('dist/') || path.includes('.blocks-'),
    },
  ).filter(
    (path) =>
      /\.(ts|js|mjs|html|sh|py|php|go|ya?ml|env|service|example)$/.test(path) || path.includes('Caddyfile'),
  )
  const code = sources.map((path) => readFileSync(join(root, path), 'utf8')).join('\n')
  const known = new Set(code.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g) ?? [])
  // Of other programs: their own pages are the place to look.
  const OTHERS = /^(N8N|AWS|POSTGRES|PG|NODE|NPM|WEBHOOK_URL)/

  test.each(pages)('every environment variable of %s', (page) => {
    const named = new Set(
      read(page).match(/\b(?:MOVOICE|HOOKS|SLACK|MCP|ZAPIER|WEBHOOK)_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [],
    )
    expect([...named].filter((name) => !known.has(name) && !OTHERS.test(name))).toEqual([])
  })
})
