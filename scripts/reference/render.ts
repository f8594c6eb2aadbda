// A page a package: every export once, at the first entry point that has it.
import type * as TypeScript from '../../test/side/reference/node_modules/typescript/lib/typescript.d.ts'
import { type Export, type Surface, ts, wordsOf } from './exports.ts'

const FLAGS =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
  ts.TypeFormatFlags.WriteArrowStyleSignature
/** A type that is longer than this says nothing to a reader. */
const LONGEST = 400

export interface Page {
  readonly file: string
  readonly text: string
}

const NOTE = 'Made from the docstrings by `npx pnpm@12 reference`; change those, not this page.'

export function pagesOf({ checker, entries }: Surface): Page[] {
  const homes = new Map<TypeScript.Symbol, string>()
  const byPackage = new Map<string, string[]>()
  for (const { entry, exports } of entries) {
    const lines = byPackage.get(entry.package) ?? [`# ${entry.package}`, '', NOTE]
    byPackage.set(entry.package, lines)
    lines.push('', `## ${entry.name}`)
    const known = exports.filter(({ symbol }) => homes.has(symbol))
    for (const one of exports.filter(({ symbol }) => !homes.has(symbol))) {
      homes.set(one.symbol, entry.name)
      lines.push('', ...render(checker, one))
    }
    const froms = [...new Set(known.map(({ symbol }) => homes.get(symbol) ?? ''))]
    for (const from of froms) {
      const names = known.filter(({ symbol }) => homes.get(symbol) === from).map(({ name }) => `\`${name}\``)
      const how =
        names.length > 12 ? `${names.length} names of \`${from}\`` : `${names.join(', ')} of \`${from}\``
      lines.push('', `Also from here: ${how}.`)
    }
  }
  const pages = [...byPackage].map(([name, lines]) => ({ file: fileOf(name), text: `${lines.join('\n')}\n` }))
  return [...pages, { file: 'README.md', text: index(entries) }]
}

const fileOf = (name: string) => `${name.replace(/^@[^/]+\//, '')}.md`

function index(entries: Surface['entries']): string {
  const rows = entries.map(({ entry, exports }) => {
    const anchor = entry.name.toLowerCase().replace(/[^a-z0-9-]/g, '')
    return `| [\`${entry.name}\`](${fileOf(entry.package)}#${anchor}) | ${exports.length} |`
  })
  return ['# Reference', '', NOTE, '', '| import | exports |', '|---|---|', ...rows, ''].join('\n')
}

function render(checker: TypeScript.TypeChecker, one: Export): string[] {
  const lines = [`### ${one.name}`, '']
  if (one.words !== '') lines.push(plain(one.words), '')
  lines.push('```ts', ...signatures(checker, one), '```')
  for (const text of one.params)
    lines.push('', `\`${text.split(/\s/, 1)[0]}\`: ${plain(text.replace(/^\S+\s*-?\s*/, ''))}`)
  if (one.throws.length > 0)
    lines.push('', `Throws ${one.throws.map(plain).join('; or ')}.`.replace(/\.\.$/, '.'))
  for (const text of one.examples) lines.push('', '```js', text, '```')
  return lines
}

/** `{@link Name}` as people read it. */
const plain = (text: string) => text.replace(/\{@link(?:code)?\s+([^}|\s]+)[^}]*\}/g, '`$1`')

function signatures(checker: TypeScript.TypeChecker, { name, symbol, declarations }: Export): string[] {
  return declarations.flatMap((one) => {
    if (ts.isInterfaceDeclaration(one)) return bare(one)
    if (ts.isTypeAliasDeclaration(one)) return alias(checker, one)
    if (ts.isClassDeclaration(one)) return classLines(checker, one)
    if (ts.isFunctionDeclaration(one)) {
      // Of overloads, the one with the body is nobody's to call.
      const hidden = one.body !== undefined && declarations.length > 1
      return hidden ? [] : [head(one, one.body)]
    }
    return [`const ${name}: ${short(checker, checker.getTypeOfSymbolAtLocation(symbol, one), name)}`]
  })
}

/** A declaration as it is written, without `export`. */
function bare(node: TypeScript.Node): string[] {
  return node
    .getText()
    .replace(/^export\s+(?:default\s+)?(?:declare\s+)?/, '')
    .split('\n')
}

/** A declaration up to its body. */
function head(node: TypeScript.Node, body: TypeScript.Node | undefined): string {
  const text = node.getText()
  const end = body === undefined ? text.length : body.getStart() - node.getStart()
  return text
    .slice(0, end)
    .replace(/^(?:export\s+)?(?:default\s+)?(?:async\s+)?/, '')
    .trimEnd()
}

/** What a schema or a table stands for, field by field; anything else as it is written. */
function alias(checker: TypeScript.TypeChecker, one: TypeScript.TypeAliasDeclaration): string[] {
  if (!/\bz\.|typeof\b/.test(one.type.getText())) return bare(one)
  const type = checker.getTypeAtLocation(one.name)
  const name = one.name.text
  const fields = type.isUnion() ? [] : checker.getPropertiesOfType(type)
  if (fields.length === 0 || type.flags & ts.TypeFlags.StringLike)
    return [`type ${name} = ${short(checker, type, name)}`]
  const lines = fields.flatMap((field) => {
    const optional = field.flags & ts.SymbolFlags.Optional ? '?' : ''
    const { words } = wordsOf(checker, field)
    const doc = words === '' ? [] : [`  /** ${plain(words).replace(/\s*\n\s*/g, ' ')} */`]
    const of = checker.getTypeOfSymbolAtLocation(field, one)
    return [
      ...doc,
      `  ${field.name}${optional}: ${short(checker, of, '').replace(/ \| undefined$/, optional === '' ? '$&' : '')}`,
    ]
  })
  const more =
    checker.getIndexInfosOfType(type).length > 0
      ? ['  /** Fields that are not known here are kept. */', '  [field: string]: unknown']
      : []
  return [`type ${name} = {`, ...lines, ...more, '}']
}

function classLines(checker: TypeScript.TypeChecker, one: TypeScript.ClassDeclaration): string[] {
  const extending = (one.heritageClauses ?? []).map((clause) => ` ${clause.getText()}`).join('')
  const lines = [`class ${one.name?.text ?? ''}${extending} {`]
  for (const member of one.members) {
    const name = member.name
    if (name !== undefined && ts.isPrivateIdentifier(name)) continue
    const modifiers = ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : []
    if (
      modifiers.some(
        ({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.OverrideKeyword,
      )
    )
      continue
    const symbol = name === undefined ? undefined : checker.getSymbolAtLocation(name)
    const doc = symbol === undefined ? undefined : wordsOf(checker, symbol)
    if (doc !== undefined && doc.words !== '') {
      const example = doc.examples.flatMap((text) => ['', ...text.split('\n')])
      const throws = doc.throws.map((text) => `Throws ${plain(text)}`)
      const text = [...plain(doc.words).split('\n'), ...throws, ...example].map((line) =>
        `   * ${line}`.trimEnd(),
      )
      lines.push(...(text.length === 1 ? [`  /**${text[0]?.slice(4)} */`] : ['  /**', ...text, '   */']))
    }
    const body = 'body' in member ? (member.body as TypeScript.Node | undefined) : undefined
    const written =
      ts.isPropertyDeclaration(member) && member.initializer !== undefined && member.type === undefined
    lines.push(
      `  ${written && symbol !== undefined ? `readonly ${symbol.name}: ${short(checker, checker.getTypeOfSymbolAtLocation(symbol, member), '')}` : head(member, body).replace(/\n\s*/g, ' ')}`,
    )
  }
  return [...lines, '}']
}

/** A type in a line or a few; a schema as what it checks. */
function short(checker: TypeScript.TypeChecker, type: TypeScript.Type, name: string): string {
  const text = checker.typeToString(
    type,
    undefined,
    FLAGS | (name === '' ? 0 : ts.TypeFormatFlags.InTypeAlias),
  )
  if (/^(?:z\.)?Zod/.test(text)) return 'ZodMiniType // a schema, of zod/mini'
  return text.length <= LONGEST ? text : `${text.slice(0, text.lastIndexOf(' ', LONGEST))} …`
}
