import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createSandbox } from '@movoice-kit/sandbox'
import { Pool } from 'undici'

const CONNECTIONS = 32
const ROUND_MS = 800
const ROUNDS = 11
const MANY = 100_000

interface Usage {
  readonly cpuMs: number
  readonly rssMb: number
}

class Server {
  readonly #child: ChildProcess
  #pool = new Pool('http://127.0.0.1')

  constructor(kind: 'sandbox' | 'bare') {
    this.#child = fork(join(import.meta.dirname, 'server.ts'), [kind], {
      execArgv: ['--conditions=source', '--expose-gc', '--disable-warning=ExperimentalWarning'],
    })
  }

  async start(): Promise<this> {
    const [{ baseUrl }] = (await once(this.#child, 'message')) as [{ baseUrl: string }]
    await this.#pool.close()
    this.#pool = new Pool(new URL(baseUrl).origin, { connections: CONNECTIONS })
    return this
  }

  async usage(): Promise<Usage> {
    this.#child.send('usage')
    const [usage] = (await once(this.#child, 'message')) as [Usage]
    return usage
  }

  async request(method: 'GET' | 'POST', path: string, body?: unknown): Promise<number> {
    const { statusCode, body: answer } = await this.#pool.request({
      method,
      path: `/v1${path}`,
      headers: { authorization: 'Bearer sk_sandbox_bench', 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    await answer.dump()
    return statusCode
  }

  /** Places calls on all connections until it is enough; returns how many were accepted. */
  async place(enough: (placed: number) => boolean): Promise<number> {
    let placed = 0
    const worker = async () => {
      while (!enough(placed)) {
        placed += 1
        const number = `+9198${String(10_000_000 + placed)}`
        const call = {
          agent_id: 'agent_clinic',
          recipient_phone: number,
          variables: { name: 'Asha', amount_due: 1200 },
        }
        if ((await this.request('POST', '/call', call)) !== 200) throw new Error('A call was refused.')
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, worker))
    return placed
  }

  async stop(): Promise<void> {
    await this.#pool.destroy()
    this.#child.kill('SIGKILL')
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const round = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

async function measure(server: Server): Promise<{ perSecond: number; cpuUs: number }> {
  const before = await server.usage()
  const began = performance.now()
  const placed = await server.place(() => performance.now() - began > ROUND_MS)
  const ms = performance.now() - began
  const after = await server.usage()
  return { perSecond: (placed / ms) * 1000, cpuUs: ((after.cpuMs - before.cpuMs) / placed) * 1000 }
}

/** `POST /call` beside a bare route, in turns; then a full book of calls; then how fast a sandbox is there. */
export async function run(): Promise<string> {
  const servers = { bare: await new Server('bare').start(), sandbox: await new Server('sandbox').start() }
  const seen = {
    bare: [] as Awaited<ReturnType<typeof measure>>[],
    sandbox: [] as Awaited<ReturnType<typeof measure>>[],
  }
  let pages: string
  let full: Usage
  let empty: Usage
  try {
    for (const kind of ['bare', 'sandbox'] as const) await measure(servers[kind])
    for (let turn = 0; turn < ROUNDS; turn += 1)
      for (const kind of ['bare', 'sandbox'] as const) seen[kind].push(await measure(servers[kind]))
    await servers.sandbox.stop()
    servers.sandbox = await new Server('sandbox').start()
    await servers.sandbox.request('GET', '/calls')
    empty = await servers.sandbox.usage()
    await servers.sandbox.place((placed) => placed >= MANY)
    full = await servers.sandbox.usage()
    pages = await paging(servers.sandbox)
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()))
  }
  const of = (kind: 'bare' | 'sandbox') => ({
    perSecond: median(seen[kind].map(({ perSecond }) => perSecond)),
    cpuUs: median(seen[kind].map(({ cpuUs }) => cpuUs)),
  })
  const [bare, sandbox] = [of('bare'), of('sandbox')]
  // Each round beside the one just before it, so that whatever else the machine does weighs on both.
  const ratio = (figure: 'perSecond' | 'cpuUs') =>
    median(seen.sandbox.map((one, turn) => one[figure] / (seen.bare[turn]?.[figure] ?? Number.NaN)))
  return `\`POST /call\` over loopback, ${CONNECTIONS} connections, server and load on one machine; the bare route is Fastify with the same check and the same answer, and keeps nothing. Medians of ${ROUNDS} short rounds in turns; a ratio is the median of the rounds' own.

| | requests/s | CPU µs a request |
|---|---|---|
| bare Fastify route | ${round(bare.perSecond)} | ${round(bare.cpuUs)} |
| sandbox, calls living at 30 × real time | ${round(sandbox.perSecond)} | ${round(sandbox.cpuUs)} |
| ratio (target ≥ 0.5; ≥ 2,000 requests/s) | ${round(ratio('perSecond'), 2)} | ${round(1 / ratio('cpuUs'), 2)} |

${round(MANY)} calls: ${round(full.rssMb)} MB resident, ${round(((full.rssMb - empty.rssMb) * 2 ** 20) / MANY)} bytes a call.

${pages}

\`createSandbox()\` to first answer: ${round(await startMs(), 1)} ms (median of 20, target < 100).`
}

async function paging(server: Server): Promise<string> {
  const rows = [
    ['newest page of 20', '/calls'],
    ['page of 100 in the middle', `/calls?limit=100&offset=${MANY / 2}`],
    ['last page of 100', `/calls?limit=100&offset=${MANY - 100}`],
    ['page of 100 of one agent and status', '/calls?limit=100&status=completed&agent_id=agent_clinic'],
    ['page of 100 of a time', `/calls?limit=100&from=${Math.floor(Date.now() / 1000)}`],
  ] as const
  const lines: string[] = []
  for (const [what, path] of rows) {
    const times: number[] = []
    for (let turn = 0; turn < 50; turn += 1) {
      const began = performance.now()
      await server.request('GET', path)
      times.push(performance.now() - began)
    }
    times.sort((a, b) => a - b)
    lines.push(`| ${what} | ${round(median(times), 1)} | ${round(times[48] ?? 0, 1)} |`)
  }
  return `| listing among ${round(MANY)} calls | p50 ms | p98 ms |\n|---|---|---|\n${lines.join('\n')}`
}

async function startMs(): Promise<number> {
  const times: number[] = []
  for (let turn = 0; turn < 20; turn += 1) {
    const began = performance.now()
    const sandbox = await createSandbox()
    await (await fetch(new URL('/openapi.json', sandbox.baseUrl))).arrayBuffer()
    times.push(performance.now() - began)
    await sandbox.close()
  }
  return median(times)
}
