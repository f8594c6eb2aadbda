/** What the kit runs on. The tables of docs/support.md are written from this, and what it says is tried. */

export interface NodeRelease {
  /** The version that the tests run on. */
  readonly version: string
  readonly name: string
  readonly why: string
}

/** The Node releases that are tried, oldest first. The oldest of each package is in {@link oldestNode}. */
export const nodeReleases: readonly NodeRelease[] = [
  {
    version: '20.20.2',
    name: 'Node 20',
    why: 'the oldest for the client; without new fixes since April 2026',
  },
  { version: '22.19.0', name: 'Node 22', why: 'the oldest for what runs on a machine of yours' },
  { version: '24.21.0', name: 'Node 24', why: 'what the tests run on, and what we recommend' },
  { version: '26.10.0', name: 'Node 26', why: 'the newest' },
]

const CLIENT = '>=20'
// undici 8 and node:sqlite without a flag.
const SERVER = '>=22.19'

/** The `engines.node` of every published package. */
export const oldestNode: Readonly<Record<string, string>> = {
  '@movoice-kit/core': CLIENT,
  'n8n-nodes-movoice': CLIENT,
  '@movoice-kit/zapier': CLIENT,
  '@movoice-kit/cli': SERVER,
  '@movoice-kit/hooks': SERVER,
  '@movoice-kit/mcp': SERVER,
  '@movoice-kit/sandbox': SERVER,
  '@movoice-kit/slack': SERVER,
}

/** The whole n8n that the packed nodes are run in at every change; older ones nobody tries. */
export const n8n = { oldest: '2.41.1', tried: ['2.41.1'] } as const

/** Whether a range such as `>=22.19` takes a version. */
export function takes(range: string, version: string): boolean {
  const [wanted, given] = [range.replace('>=', ''), version].map((text) => text.split('.').map(Number))
  for (const [at, least] of (wanted ?? []).entries()) {
    const is = given?.[at] ?? 0
    if (is !== least) return is > least
  }
  return true
}

/** docs/support.md. */
export function supportPage(): string {
  const names = Object.keys(oldestNode)
  const head = nodeReleases.map(({ version }) => version)
  return [
    '# What it runs on',
    '',
    'Written by `npx pnpm@12 readme` from [one file](../scripts/release/support.ts); tests hold the packages to it.',
    '',
    '## Node',
    '',
    `| package | oldest | ${head.join(' | ')} |`,
    `|---|---|${head.map(() => ':-:|').join('')}`,
    ...names.map((name) => {
      const range = oldestNode[name] ?? ''
      const cells = nodeReleases.map(({ version }) => (takes(range, version) ? '✓' : '–'))
      return `| \`${name}\` | ${range.replace('>=', '')} | ${cells.join(' | ')} |`
    }),
    '',
    ...nodeReleases.map(({ name, version, why }) => `- **${name}** (${version}): ${why}.`),
    '',
    'A ✓ is a run: `npx pnpm@12 test:release` packs the packages, installs them as a stranger would, and on each of these versions',
    'loads every entry, places a call, and takes it from call to delivery. The client needs nothing of Node but `fetch` or a',
    'transport of your own, so it runs in workers and browsers as well; that is not tried.',
    '',
    '## n8n',
    '',
    `${n8n.oldest} and newer. A whole n8n of ${n8n.tried.join(', ')} runs the packed nodes at every change (\`npx pnpm@12 test:n8n\`), and`,
    'its own rules for verified nodes pass. Older 2.x have the functions that the nodes use, but nobody tries them.',
    '',
    '## The rest',
    '',
    '| | |',
    '|---|---|',
    '| databases of the hooks server and the Slack app | SQLite as Node has it, or PostgreSQL 14 and newer; 18 is tried |',
    '| Zapier | the platform that `zapier-platform-core` names in the package, pinned |',
    '| systems | Linux is tried; macOS and Windows are not, and nothing is known to keep the kit from them |',
    '',
    'An older Node is dropped with a new minor version, no sooner than its own end of life, and the changelog says so.',
    '',
  ].join('\n')
}
