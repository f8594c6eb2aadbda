// How long Slack waits for the app while Movoice is slow, and what the app costs beside plain Bolt, in one run.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Movoice } from '@movoice-kit/core'
import { Keyring } from '@movoice-kit/slack'
import { homeView } from '../../../packages/slack/src/blocks/home.ts'
import { AgentDirectory } from '../../../packages/slack/src/calls/agents.ts'
import { readPolicy } from '../../../packages/slack/src/guards/policy.ts'
import { manyAuthorizer } from '../../../packages/slack/src/install/authorizer.ts'
import { Renewals } from '../../../packages/slack/src/install/renewal.ts'
import { newRow } from '../../../packages/slack/src/store/call-rows.ts'
import { CallStore } from '../../../packages/slack/src/store/calls.ts'
import { openDatabase } from '../../../packages/slack/src/store/database.ts'
import { migrate } from '../../../packages/slack/src/store/schema.ts'
import { Vault } from '../../../packages/slack/src/store/vault.ts'
import { WorkspaceStore } from '../../../packages/slack/src/store/workspaces.ts'
import { Words } from '../../../packages/slack/src/words/words.ts'

const SECRET = 'canary-signing-secret-1234'
const TOKEN = 'xoxb-canary-bot-token-5678'
const KEY = 'sk_canary_movoice_key_9012'
const SLOW_MS = 10_000
const ROUNDS = 5
/** Commands that the app has something to write of into its log. */
const BAD = 20

interface Stub {
  readonly server: Server
  readonly url: string
}

async function listen(handler: Parameters<typeof createServer>[1]): Promise<Stub> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const json = (body: object): string => JSON.stringify(body)

/** Slack's Web API as far as it is asked here, at once; and Movoice, ten seconds later. */
async function stubs(refresh: { count: number }, publish: { at: number }) {
  const slack = await listen((incoming, answer) => {
    let body = ''
    incoming.on('data', (part) => {
      body += String(part)
    })
    incoming.on('end', () => {
      const method = incoming.url?.replace('/api/', '') ?? ''
      answer.setHeader('content-type', 'application/json')
      // What a careless server might answer: the app writes it to its log.
      if (body.includes('UBAD')) {
        answer.end(json({ ok: false, error: `no user for ${incoming.headers.authorization ?? ''} ${KEY}` }))
        return
      }
      if (method === 'views.publish') publish.at = performance.now()
      if (method === 'oauth.v2.access') {
        refresh.count += 1
        setTimeout(
          () =>
            answer.end(
              json({ ok: true, access_token: TOKEN, refresh_token: 'xoxe-1-x', expires_in: 43_200 }),
            ),
          200,
        )
        return
      }
      answer.end(
        json({
          ok: true,
          user_id: 'UB',
          bot_id: 'B1',
          team_id: 'T1',
          channel: 'C1',
          ts: '1.1',
          user: { id: 'U1', is_admin: false, locale: 'en-GB' },
        }),
      )
    })
  })
  const movoice = await listen((incoming, answer) => {
    incoming.resume()
    const timer = setTimeout(
      () =>
        answer
          .setHeader('content-type', 'application/json')
          .end(json({ agents: [{ agent_id: 'agent_clinic', name: 'Clinic' }] })),
      SLOW_MS,
    )
    answer.on('close', () => clearTimeout(timer))
  })
  return { slack, movoice }
}

async function start(
  file: string,
  env: Record<string, string>,
  lines: string[],
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', join(import.meta.dirname, file)],
    { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  child.stderr?.on('data', (data) => lines.push(String(data)))
  const [line] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer]
  return { child, url: /http:\S+/.exec(String(line))?.[0] ?? '' }
}

/** Sends one signed command and gives the milliseconds until it is acknowledged. */
function command(url: string, respondUrl: string, user = 'U1'): Promise<number> {
  const body = new URLSearchParams({
    command: '/call',
    text: '+12025550101 clinic',
    team_id: 'T1',
    channel_id: 'C1',
    user_id: user,
    trigger_id: randomUUID(),
    response_url: `${respondUrl}/respond`,
  }).toString()
  const at = Math.floor(Date.now() / 1000)
  const signature = `v0=${createHmac('sha256', SECRET).update(`v0:${at}:${body}`).digest('hex')}`
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const sent = request(
      `${url}/slack/events`,
      {
        method: 'POST',
        agent: false,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': String(at),
          'x-slack-signature': signature,
        },
      },
      (answer) => {
        answer.resume()
        answer.on('end', () =>
          answer.statusCode === 200
            ? resolve(performance.now() - began)
            : reject(new Error(`status ${answer.statusCode}`)),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0
const ms = (value: number): string => (value < 10 ? value.toFixed(1) : Math.round(value).toString())

export async function run(): Promise<string> {
  const refresh = { count: 0 }
  const publish = { at: 0 }
  const { slack, movoice } = await stubs(refresh, publish)
  const folder = mkdtempSync(join(tmpdir(), 'movoice-bench-slack-'))
  const lines: string[] = []
  const env = {
    SLACK_BOT_TOKEN: TOKEN,
    SLACK_SIGNING_SECRET: SECRET,
    SLACK_API_URL: `${slack.url}/api/`,
    SLACK_DATA_DIR: folder,
    MOVOICE_API_KEY: KEY,
    MOVOICE_BASE_URL: movoice.url,
  }
  const rows: string[] = []
  const children: ChildProcess[] = []
  try {
    const ours = await start('app.ts', env, lines)
    const plain = await start('plain.ts', env, [])
    children.push(ours.child, plain.child)
    const burst = async (url: string, count: number) =>
      Promise.all(Array.from({ length: count }, () => command(url, slack.url)))
    // Once, so that both have loaded and compiled what they need.
    await burst(ours.url, 5)
    await burst(plain.url, 5)
    const rounds = { ours: [] as number[], plain: [] as number[], ours300: [] as number[] }
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.plain.push(quantile(await burst(plain.url, 100), 0.99))
      rounds.ours.push(quantile(await burst(ours.url, 100), 0.99))
    }
    rounds.ours300.push(...(await burst(ours.url, 300)))
    rows.push(
      `| ack p99, 100 commands at once, Movoice takes 10 s | ${ms(quantile(rounds.ours, 0.5))} ms | < 300 ms | ${ms(quantile(rounds.plain, 0.5))} ms |`,
    )
    rows.push(`| slowest ack of 300 at once | ${ms(Math.max(...rounds.ours300))} ms | < 2,500 ms | – |`)
    rows.push(
      `| the first beside plain Bolt, in this run | ${(quantile(rounds.ours, 0.5) / quantile(rounds.plain, 0.5)).toFixed(2)} times | – | 1 |`,
    )
    await Promise.all(Array.from({ length: BAD }, () => command(ours.url, slack.url, 'UBAD')))
    rows.push(...(await inProcess(slack, refresh)))
    const logged = () => lines.join('').split('\n').slice(0, -1)
    // Each of the bad commands is worth a line; without them, a zero would say nothing.
    for (let waited = 0; logged().length < BAD && waited < 20_000; waited += 100)
      await new Promise((resolve) => setTimeout(resolve, 100))
    const leaks = logged().filter((line) => /canary/.test(line)).length
    rows.push(`| log lines with a canary secret, of ${logged().length} | ${leaks} | 0 | – |`)
  } finally {
    for (const child of children) child.kill('SIGKILL')
    for (const { server } of [slack, movoice]) {
      server.closeAllConnections()
      server.close()
    }
    rmSync(folder, { recursive: true, force: true })
  }
  return `The app runs in a process of its own, over loopback; plain Bolt does nothing but ack and wait, in the same run.\nMedians of ${ROUNDS} rounds.\n\n| what | measured | target | plain Bolt |\n|---|---|---|---|\n${rows.join('\n')}`
}

async function inProcess(slack: Stub, refresh: { count: number }): Promise<string[]> {
  const clock = {
    now: () => Date.now(),
    sleep: (wait: number) => new Promise<void>((resolve) => setTimeout(resolve, wait)),
  }
  const agents = await listen((_incoming, answer) => {
    answer.setHeader('content-type', 'application/json').end(
      json({
        agents: Array.from({ length: 1000 }, (_, index) => ({
          agent_id: `agent_${index}`,
          name: `Front desk ${index} of the clinic`,
        })),
      }),
    )
  })
  const folder = mkdtempSync(join(tmpdir(), 'movoice-bench-slack-'))
  const database = await openDatabase({ folder })
  await migrate(database.db, database.kind)
  try {
    const client = new Movoice({ apiKey: KEY, baseUrl: agents.url })
    const searches: number[] = []
    for (let index = 0; index < 50; index += 1) {
      // A directory of its own each time: what somebody meets who types first.
      const directory = new AgentDirectory(async () => client, clock)
      const began = performance.now()
      await directory.search('T1', `desk ${index}`)
      searches.push(performance.now() - began)
    }
    const keyring = Keyring.read(randomBytes(32).toString('base64'))
    const workspaces = new WorkspaceStore(database, keyring)
    await workspaces.saveInstallation(
      'T1',
      {
        team: { id: 'T1' },
        bot: {
          id: 'B1',
          userId: 'UB',
          token: TOKEN,
          refreshToken: 'xoxe-1',
          // Run out: each of the fifty needs the new one.
          expiresAt: Math.floor(Date.now() / 1000) - 60,
        },
      },
      1,
    )
    const authorizer = manyAuthorizer(
      workspaces,
      new Renewals({
        workspaces,
        oauth: { clientId: 'c', clientSecret: 's' },
        options: { slackApiUrl: `${slack.url}/api/` },
        clock,
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        alone: (id, work) => database.exclusive(id, work),
      }),
      clock,
      (work) => void work.catch(() => undefined),
    )
    const before = refresh.count
    await Promise.all(Array.from({ length: 50 }, () => authorizer.token('T1')))
    const vault = new Vault(keyring)
    const calls = new CallStore(database, vault)
    const request = { phone: '+12025550101', agentId: 'a', agentName: 'Clinic', variables: {} }
    const draft = {
      team: 'T1',
      user: 'U1',
      channel: 'C1',
      threadTs: null,
      entry: 'command' as const,
      request,
    }
    const rows = Array.from({ length: 100 }, (_, index) =>
      newRow(vault, {
        id: `c${index}`,
        claim: `k${index}`,
        draft,
        request,
        batchId: null,
        state: 'completed',
        now: Date.now(),
      }),
    )
    await database.db.insertInto('calls').values(rows).execute()
    const homes: number[] = []
    for (let index = 0; index < 20; index += 1) {
      const began = performance.now()
      const page = await calls.byPerson('T1', 'U1', 25)
      const facts = await calls.facts('T1', 'U1', [], Date.now())
      const view = homeView(
        {
          team: 'T1',
          ...page,
          offset: 0,
          used: facts.used.person,
          policy: readPolicy({}),
          mayAdminister: false,
          hasKey: true,
        },
        new Words('en', { call: '/call', umbrella: '/movoice' }),
      )
      await fetch(`${slack.url}/api/views.publish`, { method: 'POST', body: JSON.stringify(view) })
      homes.push(performance.now() - began)
    }
    return [
      `| agent search p95, 1,000 agents, nothing loaded before | ${ms(quantile(searches, 0.95))} ms | < 500 ms | – |`,
      `| token exchanges for 50 commands at once | ${refresh.count - before} | 1 | – |`,
      `| home of somebody with 100 calls, read, built and published, p95 | ${ms(quantile(homes, 0.95))} ms | < 1,000 ms | – |`,
    ]
  } finally {
    await database.close()
    agents.server.closeAllConnections()
    agents.server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
