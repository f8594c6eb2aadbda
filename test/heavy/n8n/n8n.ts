import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  createWriteStream,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@movoice-kit/core/testing'

// biome-ignore lint/suspicious/noExplicitAny: a test reads any field of an answer, and fails if it is not there
export type Json = any

const OWNER = { email: 'owner@example.com', password: 'Passw0rd123' }
/** What n8n would load and no test needs: it starts in half the time without. */
const UNUSED = 'insights,mcp-registry,mcp,chat-hub,instance-ai,workflow-builder,agents,agent-evals'

/** Asks until there is an answer that counts. Bounds are generous: they are for a fault, not for a slow machine. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  ms = 90_000,
): Promise<T> {
  const end = Date.now() + ms
  let last: unknown
  while (Date.now() < end) {
    try {
      const found = await ask()
      if (found !== undefined && found !== false) return found
    } catch (error) {
      last = error
    }
    await pause(200)
  }
  throw new Error(`Not in time: ${what}. ${last === undefined ? '' : String(last)}`)
}

/** A whole n8n with the packed node package in it, on a port and a folder of its own. */
export class N8n {
  readonly url: string
  readonly log: string
  readonly #folder: string
  readonly #port: number
  #process: ChildProcess | undefined
  #cookie = ''

  static async start(tarball: string): Promise<N8n> {
    const folder = mkdtempSync(join(tmpdir(), 'movoice-n8n-'))
    const nodes = join(folder, '.n8n/nodes')
    const target = join(nodes, 'node_modules/n8n-nodes-movoice')
    mkdirSync(target, { recursive: true })
    writeFileSync(join(nodes, 'package.json'), '{ "name": "installed-nodes", "private": true }')
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', target])
    const n8n = new N8n(folder, await freePort())
    await n8n.begin()
    await n8n.#api('POST', '/rest/owner/setup', { ...OWNER, firstName: 'O', lastName: 'W' })
    await n8n.login()
    return n8n
  }

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
    this.url = `http://127.0.0.1:${port}`
    this.log = join(folder, 'n8n.log')
  }

  async begin(): Promise<void> {
    const {
      N8N_CUSTOM_EXTENSIONS: _none,
      NODE_ENV: _test,
      VITEST: _vitest,
      NODE_OPTIONS: _options,
      ...env
    } = process.env
    const log = createWriteStream(this.log, { flags: 'a' })
    this.#process = spawn(
      process.execPath,
      [join(import.meta.dirname, 'node_modules/n8n/bin/n8n'), 'start'],
      {
        env: {
          ...env,
          N8N_USER_FOLDER: this.#folder,
          N8N_LISTEN_ADDRESS: '127.0.0.1',
          N8N_HOST: '127.0.0.1',
          N8N_PORT: String(this.#port),
          WEBHOOK_URL: `${this.url}/`,
          DB_TYPE: 'sqlite',
          N8N_ENCRYPTION_KEY: '0123456789abcdef0123456789abcdef',
          N8N_DIAGNOSTICS_ENABLED: 'false',
          N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
          N8N_TEMPLATES_ENABLED: 'false',
          N8N_PERSONALIZATION_ENABLED: 'false',
          N8N_SECURE_COOKIE: 'false',
          N8N_HIRING_BANNER_ENABLED: 'false',
          N8N_RUNNERS_ENABLED: 'false',
          N8N_COMMUNITY_PACKAGES_ENABLED: 'true',
          N8N_COMMUNITY_PACKAGES_PREVENT_LOADING: 'false',
          N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
          N8N_DISABLED_MODULES: UNUSED,
          N8N_LOG_LEVEL: 'info',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.#process.stdout?.pipe(log, { end: false })
    this.#process.stderr?.pipe(log, { end: false })
    await until(
      'n8n is ready',
      async () => {
        if (this.#process?.exitCode !== null) throw new Error(`n8n ended:\n${this.logged().slice(-2_000)}`)
        return (await fetch(`${this.url}/healthz/readiness`)).ok
      },
      180_000,
    )
  }

  logged(): string {
    return readFileSync(this.log, 'utf8')
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const running = this.#process
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    const late = setTimeout(() => running.kill('SIGKILL'), 40_000)
    await ended
    clearTimeout(late)
  }

  async close(): Promise<void> {
    await this.end('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async login(): Promise<void> {
    const { email, password } = OWNER
    await until('the owner is signed in', async () => {
      await this.#api('POST', '/rest/login', { emailOrLdapLoginId: email, password })
      return true
    })
  }

  get cookie(): string {
    return this.#cookie
  }

  async #api(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'browser-id': 'heavy-suite',
        ...(this.#cookie !== '' && { cookie: this.#cookie }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const cookies = response.headers.getSetCookie()
    if (cookies.length > 0) this.#cookie = cookies.map((one) => one.split(';')[0]).join('; ')
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 800)}`)
    const value = text === '' ? {} : JSON.parse(text)
    return value.data ?? value
  }

  get(path: string): Promise<Json> {
    return this.#api('GET', path)
  }

  post(path: string, body: unknown): Promise<Json> {
    return this.#api('POST', path, body)
  }

  async credential(data: object): Promise<{ id: string; name: string }> {
    const { id, name } = await this.post('/rest/credentials', {
      name: `Movoice ${crypto.randomUUID().slice(0, 8)}`,
      type: 'movoiceApi',
      data,
    })
    return { id, name }
  }

  testCredential(credential: { id: string; name: string }, data: object): Promise<Json> {
    return this.post('/rest/credentials/test', { credentials: { ...credential, type: 'movoiceApi', data } })
  }

  workflow(name: string, nodes: object[], connections: object = {}): Promise<Json> {
    return this.post('/rest/workflows', {
      name,
      nodes,
      connections,
      settings: { executionOrder: 'v1' },
      active: false,
    })
  }

  /** Runs a saved workflow as the editor does. Returns the execution's id, if it began at once. */
  async run(workflow: Json, from: string): Promise<string> {
    const { executionId } = await this.post(`/rest/workflows/${workflow.id}/run`, {
      workflowData: workflow,
      triggerToStartFrom: { name: from },
    })
    return executionId
  }

  activate(workflow: Json): Promise<Json> {
    return this.post(`/rest/workflows/${workflow.id}/activate`, { versionId: workflow.versionId })
  }

  deactivate(workflow: Json): Promise<Json> {
    return this.post(`/rest/workflows/${workflow.id}/deactivate`, {})
  }

  async executions(workflow: Json): Promise<Json[]> {
    const filter = encodeURIComponent(JSON.stringify({ workflowId: workflow.id }))
    return (await this.get(`/rest/executions?filter=${filter}&limit=50`)).results
  }

  /** An execution once it has one of these states. */
  async execution(
    id: string,
    states = ['success', 'error', 'canceled', 'crashed'],
    ms?: number,
  ): Promise<Execution> {
    return until(
      `execution ${id} is ${states.join(' or ')}`,
      async () => {
        const found = await this.get(`/rest/executions/${id}`)
        return states.includes(found.status) && new Execution(found)
      },
      ms,
    )
  }
}

/** An execution with its data as it was. */
export class Execution {
  readonly status: string
  readonly data: Json

  constructor(row: Json) {
    this.status = row.status
    this.data = unflatten(row.data)
  }

  /** What came out of a node's last run. */
  items(node: string, output = 0): Json[] {
    const run = this.data.resultData.runData[node]?.at(-1)
    return (run?.data?.main?.[output] ?? []).map(({ json }: Json) => json)
  }

  get error(): Json {
    return this.data.resultData.error
  }
}

/** n8n stores executions with every text and object once, and numbers that point at them. */
function unflatten(text: string): Json {
  const parts = JSON.parse(text)
  const made = new Map<number, Json>()
  const part = (index: number): Json => {
    if (made.has(index)) return made.get(index)
    const value = parts[index]
    if (value === null || typeof value !== 'object') return value
    const copy: Json = Array.isArray(value) ? [] : {}
    made.set(index, copy)
    for (const key of Object.keys(value)) {
      copy[key] = typeof value[key] === 'string' ? part(Number(value[key])) : value[key]
    }
    return copy
  }
  return part(0)
}

/** The packed node package, as it is published. */
export function packNodes(pack: (into: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'movoice-pack-'))
  pack(folder)
  const [name] = globSync('*.tgz', { cwd: folder })
  if (name === undefined) throw new Error('The node package was not packed.')
  return join(folder, name)
}
