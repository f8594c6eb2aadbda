import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSlack, defaultNames, Keyring } from '@movoice-kit/slack'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { freshDatabase } from '../../../packages/hooks/src/testing/database.ts'
import { readPolicy } from '../../../packages/slack/src/guards/policy.ts'
import { CallStore } from '../../../packages/slack/src/store/calls.ts'
import { type Database, type Location, openDatabase } from '../../../packages/slack/src/store/database.ts'
import { EventStore } from '../../../packages/slack/src/store/events.ts'
import { purgeTeam } from '../../../packages/slack/src/store/purge.ts'
import { rotateKeys } from '../../../packages/slack/src/store/rotate.ts'
import { migrate } from '../../../packages/slack/src/store/schema.ts'
import { SeenStore } from '../../../packages/slack/src/store/seen.ts'
import { Vault } from '../../../packages/slack/src/store/vault.ts'
import { WorkspaceStore } from '../../../packages/slack/src/store/workspaces.ts'
import { type KillablePostgres, startKillablePostgres } from '../postgres/killable.ts'
import { createWorld, NOON } from './app-world.ts'
import { installed } from './installed.ts'
import { BOT_TOKEN, SIGNING_SECRET, SlackWorld } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const key = () => randomBytes(32).toString('base64')
const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
}
const started = Date.now()
let postgres: KillablePostgres
let folder: string
beforeAll(async () => {
  postgres = await startKillablePostgres()
})
afterAll(() => postgres.stop())

describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
  let location: Location
  let database: Database
  let keyring: Keyring
  let workspaces: WorkspaceStore
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'movoice-slack-store-'))
    location = kind === 'sqlite' ? { folder } : { url: await freshDatabase(postgres.url) }
    database = await openDatabase(location)
    await migrate(database.db, database.kind)
    await migrate(database.db, database.kind)
    keyring = Keyring.read(key())
    workspaces = new WorkspaceStore(database, keyring)
    return async () => {
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('secrets are kept encrypted, bound to their place, and rotate', async () => {
    await workspaces.saveInstallation('T1', installed(0), 1)
    await workspaces.saveMovoiceKey('T1', 'sk_live_canary_key', 1)
    await workspaces.savePolicy('T1', readPolicy({ killSwitch: true }), 2)
    expect(await workspaces.movoiceKey('T1')).toBe('sk_live_canary_key')
    const rows = JSON.stringify([
      await database.db.selectFrom('installations').selectAll().execute(),
      await database.db.selectFrom('workspaces').selectAll().execute(),
    ])
    expect(rows).not.toContain('canary')
    if (kind === 'sqlite') expect(readFileSync(join(folder, 'slack.db-wal')).includes('canary')).toBe(false)
    // One workspace's secret does not open as another's.
    const [row] = await database.db.selectFrom('installations').selectAll().execute()
    await database.db
      .insertInto('installations')
      .values({ id: 'T2', data: row?.data ?? '', updated_at: 1 })
      .execute()
    await expect(workspaces.installation('T2')).rejects.toThrow()
    await database.db.deleteFrom('installations').where('id', '=', 'T2').execute()
    const both = Keyring.read(`${key()},${'x'}`.replace(',x', ''))
    await expect(new WorkspaceStore(database, both).installation('T1')).rejects.toThrow(
      'MOVOICE_ENCRYPTION_KEYS',
    )
  })

  test('keys rotate while both are there', async () => {
    const old = key()
    const next = key()
    await new WorkspaceStore(database, Keyring.read(old)).saveMovoiceKey('T1', 'sk_live_canary_key', 1)
    if (kind === 'sqlite') await database.close()
    expect(await rotateKeys(location, Keyring.read(`${next},${old}`))).toBe(1)
    expect(await rotateKeys(location, Keyring.read(`${next},${old}`))).toBe(0)
    if (kind === 'sqlite') database = await openDatabase(location)
    expect(await new WorkspaceStore(database, Keyring.read(next)).movoiceKey('T1')).toBe('sk_live_canary_key')
  })

  test('one of many who claim the same gets it', async () => {
    const calls = new CallStore(database, new Vault(keyring))
    const request = { phone: '+12025550101', agentId: 'a', agentName: 'A', variables: {} }
    const draft = {
      team: 'T1',
      user: 'U1',
      channel: 'C1',
      threadTs: null,
      entry: 'command' as const,
      request,
    }
    const claimed = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        calls.claim({
          id: `c${index}`,
          claim: index < 10 ? 'same' : `other${index}`,
          draft,
          now: 1_000_000,
          judge: ({ recent }) =>
            recent.size > 0 ? { kind: 'refuse', why: 'quota_person' } : { kind: 'allow' },
        }),
      ),
    )
    expect(claimed.filter(({ kind: what }) => what === 'claimed')).toHaveLength(1)
    const seen = new SeenStore(database)
    const done: number[] = []
    await seen.once('x', 1, async () => void done.push(1))
    await seen.once('x', 1, async () => void done.push(2))
    await expect(seen.once('y', 1, () => Promise.reject(new Error('told')))).rejects.toThrow('told')
    await seen.once('y', 1, async () => void done.push(3))
    // Begun by a process that was killed, and told again to the next.
    seen.once('z', 1, () => new Promise(() => undefined)).catch(() => undefined)
    await vi.waitFor(async () =>
      expect(
        await database.db.selectFrom('seen').where('claim', '=', 'z').selectAll().execute(),
      ).toHaveLength(1),
    )
    await seen.once('z', 2, async () => void done.push(4))
    const next = new SeenStore(database)
    // Where it may be alive, it is given a minute.
    await next.once('z', 3, async () => void done.push(kind === 'sqlite' ? 5 : 6))
    await next.once('z', 70_000, async () => void done.push(kind === 'sqlite' ? 7 : 8))
    await next.once('z', 140_000, async () => void done.push(9))
    expect(done).toEqual([1, kind === 'sqlite' ? 5 : 8])
  })

  test('nothing of a workspace is left when it is purged', async () => {
    const calls = new CallStore(database, new Vault(keyring))
    const request = { phone: '+12025550101', agentId: 'a', agentName: 'A', variables: { name: 'canary' } }
    await calls.claim({
      id: 'c1',
      claim: 'k',
      draft: { team: 'T1', user: 'U1', channel: 'C1', threadTs: null, entry: 'command', request },
      now: 1,
      judge: () => ({ kind: 'allow' }),
    })
    await calls.change('c1', { state: 'placed', callId: 'call_1' }, 2)
    await new EventStore(database, new Vault(keyring)).keep('e1', 'call_1', { summary: 'canary' }, 2)
    await workspaces.saveInstallation('T1', installed(0), 1)
    await workspaces.saveMovoiceKey('T1', 'sk_live_canary', 1)
    await workspaces.changeDoNotCall('T1', { add: ['+12025550101'] }, 1)
    await workspaces.log({
      team: 'T1',
      at: 1,
      user: 'U1',
      action: 'call',
      entry: 'command',
      channel: null,
      target: 'x',
      verdict: 'allow',
      reference: null,
    })
    await purgeTeam(database, 'T1')
    for (const table of [
      'calls',
      'events',
      'drafts',
      'workspaces',
      'installations',
      'do_not_call',
      'audit',
      'batches',
    ] as const) {
      expect([table, await database.db.selectFrom(table).selectAll().execute()]).toEqual([table, []])
    }
  })
})

test('two processes on one PostgreSQL ring once, whichever gets the click', async () => {
  const storage = { url: await freshDatabase(postgres.url) }
  const world = await createWorld('http', { storage })
  const { slack, sandbox } = world
  const other = await createSlack({
    access: { botToken: BOT_TOKEN },
    door: { signingSecret: SIGNING_SECRET },
    port: 0,
    storage,
    names: defaultNames,
    movoice: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl },
    slackApiUrl: slack.apiUrl,
    sweepMs: 500,
    clock: { ...clock, now: () => Date.now() + NOON - started },
  })
  try {
    const asked = await slack.command('/call', '+12025550101 agent_clinic')
    const button = SlackWorld.buttons(await slack.response(asked.id)).confirm_call
    const first = world.app.url ?? ''
    const click = await slack.click(button ?? { action_id: '' })
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        slack.appUrl = index % 2 === 0 ? first : (other.url ?? '')
        return index < 10
          ? slack.replay(click.payload)
          : slack.click(button ?? { action_id: '' }, { actionTs: `8.${index}` })
      }),
    )
    await world.app.idle()
    await other.idle()
    expect(await world.rings()).toHaveLength(1)
    await world.advance(900)
    await Promise.all([world.app.sweep(), other.sweep()])
    await world.app.sweep()
    const [card, ...threads] = slack.messages()
    expect(card?.edits.at(-1)).toContain('Completed')
    expect(threads).toHaveLength(1)
  } finally {
    await other.close()
    await world.close()
  }
})

test('many workspaces: installed by OAuth, used, and purged when the app is removed', async () => {
  const world = await createWorld('http', {
    access: {
      oauth: {
        clientId: 'c1',
        clientSecret: 's1',
        stateSecret: 'state-secret',
        redirectUri: 'http://127.0.0.1/slack/oauth_redirect',
      },
      keyring: Keyring.read(key()),
    },
    rights: { groups: true },
    door: { signingSecret: SIGNING_SECRET },
  })
  try {
    const page = await fetch(`${world.slack.appUrl}/slack/install`, { redirect: 'manual' })
    const html = page.headers.get('location') ?? (await page.text())
    expect(html).toContain('client_id=c1')
    expect(html).toContain('users%3Aread')
    expect(html).toContain('usergroups%3Aread')
    expect(html).not.toContain('history')
    const state = /state=([^&"]+)/.exec(html)?.[1] ?? ''
    const cookie = page.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    world.slack.install = { access_token: BOT_TOKEN, bot_user_id: 'UB', scope: 'chat:write' }
    const back = await fetch(`${world.slack.appUrl}/slack/oauth_redirect?code=x&state=${state}`, {
      headers: { cookie },
    })
    expect(back.status).toBe(200)
    const help = await world.slack.command('/movoice', 'agents')
    expect(JSON.stringify(await world.slack.response(help.id))).toContain('Clinic reception')
    await world.slack.event({ type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [] } })
    expect((await world.slack.command('/movoice', 'help')).status).toBe(200)
    await world.slack.event({ type: 'app_uninstalled' })
    await world.slack.until('the purge', () => world.log.some((line) => line.includes('all that was kept')))
    const after = await world.slack.command('/movoice', 'help')
    await world.slack.until('a word in the log', () =>
      world.log.some((line) => line.includes('not installed')),
    )
    expect(world.slack.responses.some(({ id }) => id === after.id)).toBe(false)
  } finally {
    await world.close()
  }
})
