import type { Tarball } from './tarball.ts'

const FIELDS = [
  'name',
  'version',
  'description',
  'license',
  'author',
  'homepage',
  'repository',
  'bugs',
  'keywords',
  'engines',
  'sideEffects',
] as const

/** What does not belong into a package: sources, tests, what helps tests, maps, notes of one machine. */
const FOREIGN =
  /(^|\/)(src|test|tests|testing|node_modules|coverage)\/|\.test\.|\.map$|(?<!\.d)\.[cm]?ts$|\.tsbuildinfo$|(^|\/)\.(?!zapierapprc|gitignore)/
/** Scripts that would run on the machine of whoever installs it. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

/** What is wrong with a packed package, one sentence each. */
export function tarballProblems({ files, manifest, read }: Tarball): string[] {
  const has = new Set(files)
  const problems = FIELDS.filter((field) => manifest[field] === undefined).map(
    (field) => `package.json has no ${field}`,
  )
  for (const file of ['README.md', 'LICENSE']) if (!has.has(file)) problems.push(`there is no ${file}`)
  problems.push(...files.filter((file) => FOREIGN.test(file)).map((file) => `${file} does not belong there`))
  for (const target of targetsOf(manifest)) {
    if (!has.has(target.replace(/^\.\//, '')))
      problems.push(`package.json points to ${target}, which is not there`)
  }
  const scripts = (manifest.scripts ?? {}) as Record<string, string>
  problems.push(
    ...INSTALL_SCRIPTS.filter((name) => name in scripts).map((name) => `it runs a script at ${name}`),
  )
  if (/"(workspace|catalog|link|file):/.test(read('package.json'))) {
    problems.push('package.json has a range that only this workspace understands')
  }
  if (/"source"/.test(JSON.stringify(manifest.exports ?? {}))) {
    problems.push('its exports have the condition for sources, which are not in it')
  }
  for (const file of files.filter((name) => /\.(js|json|html|css|md|ts)$/.test(name))) {
    // Where this was built is nobody's business, and makes two builds differ.
    if (/(["'`( ])\/(home|root|Users|work|tmp)\/[\w.-]+\/[\w./-]+/.test(read(file))) {
      problems.push(`${file} names a path of the machine that built it`)
    }
  }
  return problems
}

/** Every file that package.json points to. */
function targetsOf(manifest: Record<string, unknown>): string[] {
  const { bin = {}, exports = {}, n8n = {} } = manifest
  return [bin, exports, n8n].flatMap(strings).filter((text) => /^(\.\/)?(dist\/|package\.json)/.test(text))
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}

/**
 * The files that people rely on, for a snapshot: without those whose names change with their content, and without
 * the declarations of inner modules, which come and go.
 */
export function namedFiles({ files, manifest }: Tarball): string[] {
  const targets = new Set(targetsOf(manifest).map((target) => target.replace(/^\.\//, '')))
  return files.filter((file) => {
    if (targets.has(file)) return true
    return !/\.d\.ts$|[-.][A-Z0-9]{8}\.js$/.test(file)
  })
}
