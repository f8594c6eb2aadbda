// Tokens that run out: exchanged once, by whoever, and never with a refresh token that Slack may have seen.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring } from '@movoice-kit/slack'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { freshDatabase } from '../../../packages/hooks/src/testing/database.ts'
import { type Authorizer, manyAuthorizer } from '../../../packages/slack/src/install/authorizer.ts'
import { installationStore } from '../../../packages/slack/src/install/installations.ts'
import { Renewals } from '../../../packages/slack/src/install/renewal.ts'
import { type Database, type Location, openDatabase } from '../../../packages/slack/src/store/database.ts'
import { migrate } from '../../../packages/slack/src/store/schema.ts'
import { WorkspaceStore } from '../../../packages/slack/src/store/workspaces.ts'
import { type KillablePostgres, startKillablePostgres } from '../postgres/killable.ts'
import { createWorld, NOON } from './app-world.ts'
import { installed } from './installed.ts'
import { SIGNING_SECRET } from './slack-world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const HOUR = 3_600_000

/** Slack's `oauth.v2.access`, as strict as it is: a refresh token is good once. */
class TokenServer {
  exchanges = 0
  /** Refresh tokens that came a second time: what must never be. */
  reused = 0
  fault: 'lost' | 'ratelimited' | 'invalid_refresh_token' | undefined
  /** Answers wait for this. */
  gate: Promise<void> = Promise.resolve()
  readonly #seen = new Set<string>()
  #server: Server | undefined

  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      let body = ''
      request.on('data', (part) => {
        body += String(part)
      })
      request.on('end', async () => {
        response.setHeader('content-type', 'application/json')
        const refresh = new URLSearchParams(body).get('refresh_token') ?? ''
        if (this.fault === 'ratelimited') {
          response.writeHead(429, { 'retry-after': '30' }).end()
          return
        }
        if (this.#seen.has(refresh)) this.reused += 1
        this.#seen.add(refresh)
        this.exchanges += 1
        if (this.fault === 'lost') {
          request.socket.destroy()
          return
        }
        const number = this.exchanges
        await this.gate
        response.end(
          JSON.stringify(
            this.fault === 'invalid_refresh_token'
              ? { ok: false, error: this.fault }
              : {
                  ok: true,
                  access_token: `xoxe.xoxb-${number}`,
                  refresh_token: `xoxe-1-${number}`,
                  expires_in: 43_200,
                },
          ),
        )
      })
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => this.#server?.once('listening', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/`
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }
}

let postgres: KillablePostgres
beforeAll(async () => {
  postgres = await startKillablePostgres()
})
afterAll(() => postgres.stop())

describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
  let location: Location
  let database: Database
  let workspaces: WorkspaceStore
  let slack: TokenServer
  let apiUrl: string
  let now: number
  let said: string[]
  const keyring = Keyring.read(randomBytes(32).toString('base64'))
  const clock = { now: () => now, sleep: async () => undefined }
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_fields: object, message: string) => void said.push(message),
  }
  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'movoice-slack-tokens-'))
    location = kind === 'sqlite' ? { folder } : { url: await freshDatabase(postgres.url) }
    database = await openDatabase(location)
    await migrate(database.db, database.kind)
    workspaces = new WorkspaceStore(database, keyring)
    slack = new TokenServer()
    apiUrl = await slack.start()
    now = NOON
    said = []
    return async () => {
      await slack.stop()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })

  /** What a process has; another one is another of these. */
  const aProcess = (at: Database = database): Authorizer => {
    const store = new WorkspaceStore(at, keyring)
    const renewals = new Renewals({
      workspaces: store,
      oauth: { clientId: 'c', clientSecret: 's' },
      options: { slackApiUrl: apiUrl },
      clock,
      log,
      alone: (id, work) => at.exclusive(`token ${id}`, work),
    })
    return manyAuthorizer(store, renewals, clock, (work) => void work.catch(() => undefined))
  }

  test('50 commands at once, in two processes where there can be two, exchange one token once', async () => {
    await workspaces.saveInstallation('T1', installed((now - 1000) / 1000), 1)
    const second = kind === 'postgres' ? await openDatabase(location) : undefined
    const processes = second === undefined ? [aProcess()] : [aProcess(), aProcess(second)]
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, index) => processes[index % processes.length]?.token('T1')),
    )
    expect(new Set(tokens)).toEqual(new Set(['xoxe.xoxb-1']))
    expect([slack.exchanges, slack.reused]).toEqual([1, 0])
    // Twelve hours later, the next is exchanged for the next.
    now += 12 * HOUR
    expect(await processes.at(-1)?.token('T1')).toBe('xoxe.xoxb-2')
    expect(await processes[0]?.token('T1')).toBe('xoxe.xoxb-2')
    expect([slack.exchanges, slack.reused]).toEqual([2, 0])
    await second?.close()
  })

  test('Slack is answered with a token that is about to run out, while the next is on its way', async () => {
    await workspaces.saveInstallation('T1', installed((now + HOUR) / 1000), 1)
    let open: () => void = () => undefined
    slack.gate = new Promise((resolve) => {
      open = resolve
    })
    const one = aProcess()
    expect((await one.authorize({ teamId: 'T1' })).botToken).toBe('xoxe.xoxb-canary-0')
    expect(await one.token('T1')).toBe('xoxe.xoxb-canary-0')
    await vi.waitFor(() => expect(slack.exchanges).toBe(1))
    open()
    await vi.waitFor(async () => expect(await one.token('T1')).toBe('xoxe.xoxb-1'))
    expect(slack.exchanges).toBe(1)
  })

  test('Bolt is told who it is even when the token has run out: nothing is waited for before the answer', async () => {
    await workspaces.saveInstallation('T1', installed((now - HOUR) / 1000), 1)
    slack.gate = new Promise(() => undefined)
    expect((await aProcess().authorize({ teamId: 'T1' })).botId).toBe('B1')
  })

  test('an exchange that Slack puts off is tried again in a minute, and the old token serves', async () => {
    await workspaces.saveInstallation('T1', installed((now + HOUR) / 1000), 1)
    slack.fault = 'ratelimited'
    const one = aProcess()
    expect(await one.token('T1')).toBe('xoxe.xoxb-canary-0')
    await vi.waitFor(() => expect(said.join()).toContain('asked again in a minute'))
    slack.fault = undefined
    expect(await one.token('T1')).toBe('xoxe.xoxb-canary-0')
    expect(slack.exchanges).toBe(0)
    now += 61_000
    await vi.waitFor(async () => expect(await one.token('T1')).toBe('xoxe.xoxb-1'))
    expect(slack.reused).toBe(0)
  })

  test('a Slack that cannot be reached is asked again', async () => {
    await workspaces.saveInstallation('T1', installed((now - HOUR) / 1000), 1)
    await slack.stop()
    await expect(aProcess().token('T1')).rejects.toMatchObject({ name: 'token' })
    apiUrl = await slack.start()
    expect(await aProcess().token('T1')).toBe('xoxe.xoxb-1')
  })

  test.each(['lost', 'invalid_refresh_token'] as const)(
    'after "%s" the refresh token is not sent again, by nobody; a new installation mends it',
    async (fault) => {
      await workspaces.saveInstallation('T1', installed((now + HOUR) / 1000), 1)
      slack.fault = fault
      const one = aProcess()
      expect(await one.token('T1')).toBe('xoxe.xoxb-canary-0')
      await vi.waitFor(() => expect(said.join()).toContain('install the app there anew'))
      slack.fault = undefined
      now += 10 * 60_000
      // The same process, and one that starts after it.
      for (const some of [one, aProcess()]) {
        expect(await some.token('T1')).toBe('xoxe.xoxb-canary-0')
        await Promise.all(Array.from({ length: 20 }, () => some.token('T1')))
      }
      now += HOUR
      for (const some of [one, aProcess()])
        await expect(some.token('T1')).rejects.toMatchObject({ name: 'token' })
      expect([slack.exchanges, slack.reused]).toEqual([1, 0])
      const fresh = installed((now + 12 * HOUR) / 1000)
      const bot = { ...fresh.bot, token: 'xoxe.xoxb-new', refreshToken: 'xoxe-1-new' }
      await installationStore(workspaces, clock, (id) => one.forget(id)).storeInstallation({
        ...fresh,
        bot,
      } as never)
      expect(await one.token('T1')).toBe('xoxe.xoxb-new')
    },
  )

  test('a process that was killed while it waited leaves a refresh token that nobody sends again', async () => {
    await workspaces.saveInstallation('T1', installed((now - HOUR) / 1000), 1)
    slack.gate = new Promise(() => undefined)
    const killed = aProcess()
    killed.token('T1').catch(() => undefined)
    await vi.waitFor(() => expect(slack.exchanges).toBe(1))
    if (kind === 'sqlite') {
      await expect(aProcess().token('T1')).rejects.toMatchObject({ name: 'token' })
      expect([slack.exchanges, slack.reused]).toEqual([1, 0])
    }
  })

  test('a workspace that is purged while its token is exchanged does not come back', async () => {
    await workspaces.saveInstallation('T1', installed((now - HOUR) / 1000), 1)
    let open: () => void = () => undefined
    slack.gate = new Promise((resolve) => {
      open = resolve
    })
    const token = aProcess().token('T1')
    await vi.waitFor(() => expect(slack.exchanges).toBe(1))
    await workspaces.deleteInstallation('T1')
    open()
    await token
    expect(await workspaces.installation('T1')).toBeUndefined()
  })

  test('a whole organisation’s installation serves its workspaces', async () => {
    const store = installationStore(workspaces, clock, () => undefined)
    await store.storeInstallation({
      ...installed((now + 12 * HOUR) / 1000),
      team: undefined,
      enterprise: { id: 'E1' },
      isEnterpriseInstall: true,
    } as never)
    const one = aProcess()
    expect((await one.authorize({ teamId: 'T7', enterpriseId: 'E1' })).botId).toBe('B1')
    // A sweep knows the workspace alone, after a restart too.
    expect(await one.token('T7')).toBe('xoxe.xoxb-canary-0')
    expect(await aProcess().token('T7')).toBe('xoxe.xoxb-canary-0')
    await expect(one.token('T9')).rejects.toThrow('not installed')
  })
})

test('the app itself: 50 commands at once with a token that has run out, one exchange', async () => {
  const keyring = Keyring.read(randomBytes(32).toString('base64'))
  const storage = { url: await freshDatabase(postgres.url) }
  const world = await createWorld('http', {
    access: {
      oauth: { clientId: 'c', clientSecret: 's', stateSecret: 'state', redirectUri: 'http://127.0.0.1/' },
      keyring,
    },
    door: { signingSecret: SIGNING_SECRET },
    storage,
  })
  const database = await openDatabase(storage)
  try {
    const bot = { id: 'B1', userId: 'UB', token: 'xoxe.xoxb-old', refreshToken: 'xoxe-1-0', scopes: [] }
    await new WorkspaceStore(database, keyring).saveInstallation(
      world.slack.team,
      { team: { id: world.slack.team }, bot: { ...bot, expiresAt: NOON / 1000 - 60 } },
      1,
    )
    const acks = await Promise.all(
      Array.from({ length: 50 }, () => world.slack.command('/movoice', 'agents clinic')),
    )
    expect(acks.every(({ status }) => status === 200)).toBe(true)
    for (const { id } of acks)
      expect(JSON.stringify(await world.slack.response(id))).toContain('Clinic reception')
    expect(world.slack.refreshes).toBe(1)
    const asked = world.slack.calls('users.info')
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.every(({ answer }) => answer.ok === true)).toBe(true)
  } finally {
    await database.close()
    await world.close()
  }
})
