// The client beside well-known ones, on the same faulty server, in one run. Peers are installed for this alone.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { axiosTransport, Movoice, type Transport } from '@movoice-kit/core'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { faultyServer, KEY, leaksOf } from '@movoice-kit/core/testing'
import { build } from 'esbuild'

const ROUNDS = 9
const REQUESTS = 1_500
const CONCURRENCY = 50

// By name, so that types are checked whether or not the peers are installed.
type Maker = new (options: object) => Record<string, never>
const load = async (name: string): Promise<{ default: never }> => (await import(name)) as { default: never }

interface Client {
  readonly name: string
  /** One user's call on a server; settles when the client has done all it does. */
  readonly place: (origin: string, signal?: AbortSignal) => Promise<unknown>
}

const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }
const TIMEOUT_MS = 700

async function clients(): Promise<Client[]> {
  const { default: Retell } = (await load('retell-sdk')) as unknown as { default: Maker }
  const { default: OpenAI } = (await load('openai')) as unknown as { default: Maker }
  const { default: Stripe } = (await load('stripe')) as unknown as {
    default: new (key: string, o: object) => Peer
  }
  const { default: axios } = (await load('axios')) as unknown as { default: AxiosLike }
  const { default: axiosRetry } = (await load('axios-retry')) as unknown as { default: RetryLike }
  const ours = (name: string, transport: Transport): Client => ({
    name,
    place: (origin, signal) =>
      // Long enough for two look-ups; it is the POSTs that are counted.
      new Movoice({
        apiKey: KEY,
        baseUrl: origin,
        transport,
        timeoutMs: TIMEOUT_MS,
        deadlineMs: 6_000,
      }).calls.create(input, { signal }),
  })
  const bare = () => axios.create({ timeout: TIMEOUT_MS, headers: { authorization: `Bearer ${KEY}` } })
  return [
    ours('**core, axios**', axiosTransport()),
    ours('**core, fetch**', fetchTransport()),
    {
      name: 'retell-sdk',
      place: (baseURL, signal) =>
        (new Retell({ apiKey: KEY, baseURL, timeout: TIMEOUT_MS }) as unknown as Peer).call.createPhoneCall(
          { from_number: '+12025550100', to_number: '+12025550101' },
          { signal },
        ),
    },
    {
      name: 'openai',
      place: (baseURL, signal) =>
        (
          new OpenAI({ apiKey: KEY, baseURL, timeout: TIMEOUT_MS }) as unknown as Peer
        ).chat.completions.create({ model: 'm', messages: [] }, { signal }),
    },
    {
      name: 'stripe',
      place: (origin) => {
        const { hostname, port, pathname } = new URL(origin)
        // Its path cannot be given, so the behaviour is named by a header of the server instead.
        return new Stripe(KEY, {
          host: hostname,
          port,
          protocol: 'http',
          timeout: TIMEOUT_MS,
          telemetry: false,
        }).rawRequest('POST', `${pathname}/call`, {})
      },
    },
    {
      name: 'axios-retry',
      place: (origin, signal) => {
        const client = bare()
        axiosRetry(client, { retries: 3 })
        return client.post(`${origin}/call`, input, { signal })
      },
    },
    { name: 'axios', place: (origin, signal) => bare().post(`${origin}/call`, input, { signal }) },
  ]
}

interface Peer {
  readonly call: { createPhoneCall(body: object, options: object): Promise<unknown> }
  readonly chat: { readonly completions: { create(body: object, options: object): Promise<unknown> } }
  rawRequest(method: string, path: string, body: object): Promise<unknown>
}
interface AxiosLike {
  create(options: object): { post(url: string, body: object, options: object): Promise<unknown> }
}
type RetryLike = (client: object, options: object) => void

const faults = {
  500: 'plain/500',
  502: 'page/502',
  503: 'page/503',
  504: 'empty/504',
  409: 'plain/409',
  reset: 'reset',
  'time-out': 'silent',
  'stalled body': 'stalls',
  'half a JSON': 'cut',
  'HTML 200': 'page/200',
} as const

/** Bounded, as some clients wait for ever. */
const within = (work: Promise<unknown>, ms: number): Promise<'done' | unknown> =>
  Promise.race([
    work.then(
      () => 'done',
      (error: unknown) => error,
    ),
    new Promise((resolve) => setTimeout(resolve, ms, 'hangs')),
  ])

async function postsAndLeaks(all: readonly Client[]): Promise<string[]> {
  const rows = await Promise.all(
    all.map(async ({ name, place }) => ({
      name,
      results: await Promise.all(
        Object.values(faults).map(async (fault) => {
          const server = await faultyServer()
          const end = await within(place(`${server.origin}/${fault}`), 12_000)
          const posts = server.requests.filter(({ method }) => method === 'POST').length
          await server.close()
          return { posts, end }
        }),
      ),
    })),
  )
  // Only now, as walking through some of these errors takes seconds.
  return rows.map(({ name, results }) => {
    const cells = results.map(
      ({ posts, end }) => `${posts}${end === 'done' ? ' ✗' : end === 'hangs' ? ' ∞' : ''}`,
    )
    const leaks = results.filter(({ end }) => end instanceof Error && leaksOf(end, KEY).length > 0).length
    return `| ${name} | ${cells.join(' | ')} | ${leaks} |`
  })
}

async function abortLateness(all: readonly Client[]): Promise<string[]> {
  const rows: string[] = []
  for (const { name, place } of all) {
    if (name === 'stripe' || name === 'axios') continue
    const server = await faultyServer()
    const controller = new AbortController()
    // A 429 that asks for 7 s: all of these that retry are in their back-off when the abort comes.
    const work = within(place(`${server.origin}/status/429`, controller.signal), 20_000)
    await new Promise((resolve) => setTimeout(resolve, 400))
    const began = performance.now()
    controller.abort()
    await work
    rows.push(`| ${name} | ${(performance.now() - began).toFixed(1)} |`)
    await server.close()
  }
  return rows
}

const root = join(import.meta.dirname, '../../..')
const core = (file: string) => JSON.stringify(join(root, 'packages/core/src', file))
const sources: Record<string, string> = {
  '**core: contract + client + fetch**': `export * from ${core('contract/index.ts')}; export * from ${core('client.ts')}; export * from ${core('transport/fetch.ts')}`,
  '**core with axios and phone numbers**': `export * from ${core('index.ts')}`,
  'axios alone': `export * from 'axios'`,
  'retell-sdk': `export * from 'retell-sdk'`,
  openai: `export * from 'openai'`,
  stripe: `export * from 'stripe'; export { default } from 'stripe'`,
}

async function sizes(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'movoice-bench-'))
  const files: [string, string][] = []
  for (const [name, contents] of Object.entries(sources)) {
    const outfile = join(folder, `${files.length}.mjs`)
    const banner = { js: "import{createRequire as r_}from'node:module';const require=r_(import.meta.url);" }
    await build({
      stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      outfile,
      banner,
      logLevel: 'error',
    })
    files.push([name, outfile])
  }
  const times = new Map<string, number[]>()
  const probe = join(folder, 'probe.mjs')
  writeFileSync(
    probe,
    'const t=performance.now();await import(process.argv[2]);console.log(performance.now()-t)',
  )
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, file] of files) {
      const took = Number(execFileSync(process.execPath, [probe, `file://${file}`], { encoding: 'utf8' }))
      times.set(name, [...(times.get(name) ?? []), took])
    }
  }
  const rows = files.map(([name, file]) => {
    const code = readFileSync(file)
    const kb = (bytes: number) => (bytes / 1000).toFixed(0)
    return `| ${name} | ${kb(code.length)} | ${kb(gzipSync(code).length)} | ${least(times.get(name) ?? []).toFixed(1)} |`
  })
  rmSync(folder, { recursive: true })
  return rows
}

/** Whatever else the machine does only adds to a cost, so the least is nearest to the truth. */
const least = (values: readonly number[]) => Math.min(...values)

async function cpu(): Promise<string[]> {
  const server = fork(join(import.meta.dirname, 'server.ts'), { execArgv: ['--conditions=source'] })
  const [origin] = (await once(server, 'message')) as [string]
  const { Agent } = await import('node:http')
  const { default: axios } = (await load('axios')) as unknown as { default: AxiosLike }
  const { default: Retell } = (await load('retell-sdk')) as unknown as { default: Maker }
  const tuned = axios.create({
    httpAgent: new Agent({ keepAlive: true }),
    maxRedirects: 0,
    proxy: false,
    headers: { authorization: `Bearer ${KEY}` },
  })
  const client = (transport: Transport) => {
    const movoice = new Movoice({ apiKey: KEY, baseUrl: origin, transport })
    return () => movoice.calls.create(input)
  }
  const retell = new Retell({ apiKey: KEY, baseURL: origin }) as unknown as Peer
  const contenders: Record<string, () => Promise<unknown>> = {
    'axios, tuned': () => tuned.post(`${origin}/call`, input, {}),
    '**core, axios**': client(axiosTransport()),
    '**core, fetch**': client(fetchTransport()),
    'retell-sdk': () => retell.call.createPhoneCall({ from_number: '+1', to_number: '+2' }, {}),
  }
  const used = new Map<string, number[]>()
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, send] of Object.entries(contenders)) {
      const before = process.cpuUsage()
      let left = REQUESTS
      const worker = async () => {
        while (left > 0) {
          left -= 1
          await send()
        }
      }
      await Promise.all(Array.from({ length: CONCURRENCY }, worker))
      const { user, system } = process.cpuUsage(before)
      // The first round warms up.
      if (round > 0) used.set(name, [...(used.get(name) ?? []), (user + system) / REQUESTS])
    }
  }
  server.kill()
  const base = least(used.get('axios, tuned') ?? [])
  return [...used].map(
    ([name, values]) => `| ${name} | ${least(values).toFixed(0)} | ${(least(values) / base).toFixed(2)} |`,
  )
}

export async function run(): Promise<string> {
  if (!existsSync(join(import.meta.dirname, 'node_modules'))) throw new Error('The peers are not installed.')
  const all = await clients()
  const posts = await postsAndLeaks(all)
  const aborts = await abortLateness(all)
  const weights = await sizes()
  const work = await cpu()
  return [
    `POSTs that reach the server for one user's call, default settings (time-out ${TIMEOUT_MS} ms). ✗: the client took the answer for a success. ∞: it was still waiting after 12 s. The last column: in how many of the errors the API key can be found.`,
    '',
    `| client | ${Object.keys(faults).join(' | ')} | key in errors |`,
    `|---|${Object.keys(faults)
      .map(() => '---|')
      .join('')}---|`,
    ...posts,
    '',
    'An abort while the client waits out a 429 with `Retry-After: 7`: how long after it the promise settles.',
    '',
    '| client | ms |',
    '|---|---|',
    ...aborts,
    '',
    `Bundled and minified by esbuild; import in a fresh process, best of ${ROUNDS}.`,
    '',
    '| what | kB | kB gzipped | import, ms |',
    '|---|---|---|---|',
    ...weights,
    '',
    `CPU of the client's process for a POST over loopback, ${CONCURRENCY} at once, best of ${ROUNDS} interleaved rounds of ${REQUESTS.toLocaleString('en')}.`,
    '',
    '| client | µs a request | ratio |',
    '|---|---|---|',
    ...work,
  ].join('\n')
}
