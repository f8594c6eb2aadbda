// n8n loads each node from one file and gives it nothing but n8n-workflow: so core is inside every bundle, and
// nothing is left to install. Called by scripts/build.ts.
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { build } from 'tsup'

interface Manifest {
  readonly n8n: { readonly nodes: readonly string[]; readonly credentials: readonly string[] }
}

/** Builds into `dist/`, which is empty. */
export default async function buildNodes(folder: string, tsconfig: string): Promise<void> {
  const dist = join(folder, 'dist')
  const { n8n } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const files = [...n8n.nodes, ...n8n.credentials]
  await build({
    config: false,
    silent: true,
    entry: Object.fromEntries(
      files.map((file) => [
        file.replace(/^dist\//, '').replace(/\.js$/, ''),
        join(folder, file.replace(/^dist\//, '').replace(/\.js$/, '.ts')),
      ]),
    ),
    outDir: dist,
    format: 'cjs',
    outExtension: () => ({ js: '.js' }),
    target: 'node20',
    platform: 'node',
    external: ['n8n-workflow'],
    noExternal: [/^@movoice-kit\//, /^zod/, /^libphonenumber-js/],
    splitting: false,
    treeshake: true,
    minify: false,
    sourcemap: false,
    dts: false,
    tsconfig,
    esbuildOptions: (options) => {
      options.conditions = ['source']
      // Less for n8n to read at its start; names stay as they are written.
      options.minifyWhitespace = true
      // A verified node may not touch the real one. zod keeps its settings there, which each bundle now has to itself.
      options.define = { globalThis: 'bundleGlobals' }
      options.inject = [join(folder, 'src/bundle-globals.ts')]
    },
  })
  writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n')
  cpSync(join(folder, 'icons'), join(dist, 'icons'), { recursive: true })
  for (const codex of globSync('nodes/*/*.node.json', { cwd: folder })) {
    cpSync(join(folder, codex), join(dist, dirname(codex), basename(codex)))
  }
}
