import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** Says what is wrong with a workflow file, a line each. */
export type WorkflowReader = (text: string) => Promise<string[]>

interface Diagnostic {
  readonly message: string
  readonly range: { readonly start: { readonly line: number } }
}

const ENTRY = `
import { validate } from '@actions/languageservice'
import { TextDocument } from 'vscode-languageserver-textdocument'
// It remembers what it read by its name.
let count = 0
export const read = (text) =>
  validate(TextDocument.create('file:///.github/workflows/' + ++count + '.yml', 'yaml', 1, text))
`

/** GitHub's own reader of workflow files. It is written for bundlers (its JSON is imported as only they can), so: bundled. */
export async function workflowReader(): Promise<WorkflowReader> {
  const folder = mkdtempSync(join(tmpdir(), 'movoice-github-'))
  try {
    const outfile = join(folder, 'reader.mjs')
    await build({
      stdin: { contents: ENTRY, resolveDir: import.meta.dirname },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'error',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
      },
    })
    const { read } = (await import(pathToFileURL(outfile).href)) as {
      read(text: string): Promise<Diagnostic[]>
    }
    return async (text) =>
      (await read(text)).map(({ message, range }) => `${range.start.line + 1}: ${message}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
