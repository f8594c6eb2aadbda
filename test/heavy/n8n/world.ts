import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHooks } from '@movoice-kit/hooks'
import { createSandbox } from '@movoice-kit/sandbox'
import buildNodes from '../../../packages/n8n/build.ts'
import { pnpm } from '../../../scripts/pnpm.ts'
import { type Json, N8n, packNodes } from './n8n.ts'

export const SECRET = 'webhook_secret_of_the_heavy_suite'
/** Sandbox seconds in a real one: a call of a minute is over in two seconds. */
const SPEED = 30

/** A whole n8n with the node in it, a sandbox in Movoice's place, and a hooks server that the sandbox tells. */
export async function startWorld() {
  const root = join(import.meta.dirname, '../../..')
  const folder = join(root, 'packages/n8n')
  await buildNodes(folder, join(root, 'tsconfig.base.json'))
  const tarball = packNodes((into) => pnpm(['pack', '--pack-destination', into], { cwd: folder }))
  const sandbox = await createSandbox({ speed: SPEED, plan: 'enterprise' })
  const data = mkdtempSync(join(tmpdir(), 'movoice-hooks-'))
  const hooks = await createHooks({
    webhookSecret: SECRET,
    apiKey: sandbox.apiKey,
    baseUrl: sandbox.baseUrl,
    dataDir: data,
  })
  const control = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const response = await fetch(`${sandbox.controlUrl}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    return response.json()
  }
  /** Where the sandbox sends its webhooks from now on. */
  const webhooksTo = (url: string) => control('POST', '/webhook', { url, secret: SECRET })
  await webhooksTo(`${hooks.url}/movoice`)
  const n8n = await N8n.start(tarball)
  const plain = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl, webhookSecret: SECRET }
  const withHooks = { ...plain, hooksUrl: hooks.url, hooksToken: hooks.token }
  return {
    n8n,
    sandbox,
    hooks,
    control,
    webhooksTo,
    plain,
    withHooks,
    credentials: { plain: await n8n.credential(plain), hooks: await n8n.credential(withHooks) },
    async rung(): Promise<string[]> {
      return (await control('GET', '/calls')).calls.map((call: Json) => call.recipient_phone)
    },
    async subscriptions(): Promise<Json[]> {
      const response = await fetch(`${hooks.url}/hooks`, {
        headers: { authorization: `Bearer ${hooks.token}` },
      })
      return ((await response.json()) as Json).hooks
    },
    async close(): Promise<void> {
      await n8n.close()
      await hooks.close()
      await sandbox.close()
      rmSync(data, { recursive: true, force: true })
      rmSync(join(tarball, '..'), { recursive: true, force: true })
    },
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>

export const number = (scenario: string) => `+120255501${scenario}`

export const start = {
  id: 'n0',
  name: 'Start',
  type: 'n8n-nodes-base.manualTrigger',
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
}

/** A node that makes one item of each row. */
export const rows = (items: object[]) => [
  {
    id: 'n1',
    name: 'Sheet',
    type: 'n8n-nodes-base.set',
    typeVersion: 3.4,
    position: [200, 0],
    parameters: { mode: 'raw', jsonOutput: JSON.stringify({ rows: items }), options: {} },
  },
  {
    id: 'n2',
    name: 'Rows',
    type: 'n8n-nodes-base.splitOut',
    typeVersion: 1,
    position: [400, 0],
    parameters: { fieldToSplitOut: 'rows', options: {} },
  },
]

export const link = (...names: string[]) =>
  Object.fromEntries(
    names
      .slice(0, -1)
      .map((name, index) => [name, { main: [[{ node: names[index + 1], type: 'main', index: 0 }]] }]),
  )
