// What the packages promise, as the compiler sees it: every export of every entry point, with its words.
import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
// TypeScript 7 has no JavaScript API: this one is of the side folder, for the reference alone.
import type * as TypeScript from '../../test/side/reference/node_modules/typescript/lib/typescript.d.ts'

const require = createRequire(new URL('../../test/side/reference/package.json', import.meta.url))
export const ts = require('typescript') as typeof TypeScript

export interface Entry {
  /** As people import it: `@movoice-kit/core/events`. */
  readonly name: string
  readonly package: string
  readonly source: string
}

export interface Export {
  readonly name: string
  readonly symbol: TypeScript.Symbol
  readonly declarations: readonly TypeScript.Declaration[]
  readonly words: string
  readonly examples: readonly string[]
  readonly throws: readonly string[]
  readonly params: readonly string[]
}

export interface Surface {
  readonly checker: TypeScript.TypeChecker
  readonly entries: readonly { readonly entry: Entry; readonly exports: readonly Export[] }[]
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Record<string, string | { readonly source?: string; readonly import?: unknown }>
}

/** The entry points of all that is published, the shortest import first. */
export function entriesOf(root: string): Entry[] {
  return globSync('packages/*/package.json', { cwd: root })
    .sort()
    .flatMap((path) => {
      const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
      return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
        // What has nothing but sources is for this workspace alone.
        typeof target === 'object' && target.source !== undefined && target.import !== undefined
          ? [
              {
                name: join(manifest.name, subpath),
                package: manifest.name,
                source: join(root, dirname(path), target.source),
              },
            ]
          : [],
      )
    })
}

export function surfaceOf(root: string): Surface {
  const entries = entriesOf(root)
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const program = ts.createProgram(
    entries.map(({ source }) => source),
    { ...options, noEmit: true },
  )
  const checker = program.getTypeChecker()
  return {
    checker,
    entries: entries.map((entry) => {
      const file = program.getSourceFile(entry.source)
      const module = file === undefined ? undefined : checker.getSymbolAtLocation(file)
      const symbols = module === undefined ? [] : checker.getExportsOfModule(module)
      return { entry, exports: symbols.map((symbol) => exportOf(checker, symbol)).sort(byName) }
    }),
  }
}

const byName = (a: Export, b: Export): number => (a.name < b.name ? -1 : 1)

function exportOf(checker: TypeScript.TypeChecker, alias: TypeScript.Symbol): Export {
  const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias
  return {
    name: alias.name,
    symbol,
    declarations: symbol.declarations ?? [],
    ...wordsOf(checker, symbol),
  }
}

/** A symbol's docstring, taken apart. */
export function wordsOf(checker: TypeScript.TypeChecker, symbol: TypeScript.Symbol) {
  const tags = symbol.getJsDocTags(checker)
  const of = (name: string) =>
    tags.filter((tag) => tag.name === name).map((tag) => ts.displayPartsToString(tag.text).trim())
  return {
    words: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim(),
    examples: of('example'),
    throws: throwsOf(symbol),
    params: of('param'),
  }
}

/** The compiler takes the link in `@throws {@link Name} why` for a type and drops it: so this reads what is written. */
function throwsOf(symbol: TypeScript.Symbol): string[] {
  return (symbol.declarations ?? [])
    .flatMap((one) => ts.getJSDocTags(ts.isVariableDeclaration(one) ? one.parent.parent : one))
    .filter(({ tagName }) => tagName.text === 'throws')
    .map((tag) =>
      tag
        .getText()
        .replace(/^@throws\s*/, '')
        .replace(/\s*\n\s*\*?\s*/g, ' ')
        .trim(),
    )
}

/** A function or a class: what somebody calls, and wants to see called. */
export function isCalled({ declarations }: Pick<Export, 'declarations'>): boolean {
  return declarations.some(
    (one) =>
      ts.isFunctionDeclaration(one) ||
      (ts.isClassDeclaration(one) && !isError(one)) ||
      (ts.isVariableDeclaration(one) && one.initializer !== undefined && ts.isArrowFunction(one.initializer)),
  )
}

function isError(one: TypeScript.ClassDeclaration): boolean {
  return (one.heritageClauses ?? []).some((clause) => /Error\b/.test(clause.getText()))
}
