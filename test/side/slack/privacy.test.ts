// What is kept of people: encrypted where there are keys, found all the same, and gone when the app is removed.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Keyring } from '@movoice-kit/slack'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { freshDatabase } from '../../../packages/hooks/src/testing/database.ts'
import { type Location, openDatabase } from '../../../packages/slack/src/store/database.ts'
import { rotateKeys } from '../../../packages/slack/src/store/rotate.ts'
import { WorkspaceStore } from '../../../packages/slack/src/store/workspaces.ts'
import { type KillablePostgres, startKillablePostgres } from '../postgres/killable.ts'
import { createWorld, eventOf, type World } from './app-world.ts'
import { attempt, batchForm, saveSettings } from './flows.ts'
import { BOT_TOKEN, SIGNING_SECRET, SlackWorld, textOf } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const key = () => randomBytes(32).toString('base64')
const TABLES = ['drafts', 'calls', 'batches', 'events', 'do_not_call', 'audit', 'seen', 'workspaces'] as const
/** The numbers, a variable's value, and what was said in the calls: in no table, and in no file. */
const CANARIES = ['2025550101', '2025550114', '2025550199', 'Canary Rao', 'appointment']

let postgres: KillablePostgres
beforeAll(async () => {
  postgres = await startKillablePostgres()
})
afterAll(() => postgres.stop())

/** Everything that is kept, as somebody sees it who has the database. */
async function dump(location: Location): Promise<string> {
  if ('folder' in location)
    return readdirSync(location.folder)
      .map((file) => readFileSync(join(location.folder, file)).toString('latin1'))
      .join()
  const database = await openDatabase(location)
  try {
    const parts: unknown[] = []
    for (const table of TABLES) parts.push(await database.db.selectFrom(table).selectAll().execute())
    return JSON.stringify(parts)
  } finally {
    await database.close()
  }
}

/** A call with its transcript, a batch that was previewed, and a number that must not be called. */
async function live(world: World): Promise<void> {
  const { slack } = world
  await saveSettings(world, { doNotCall: '+1 202 555 0199' })
  const asked = await slack.command('/call', '+12025550101 agent_clinic name="Canary Rao"')
  const button = SlackWorld.buttons(await slack.response(asked.id)).confirm_call
  await slack.click(button ?? { action_id: '' })
  await world.app.idle()
  const [ring] = await world.rings()
  await world.app.take(
    eventOf({
      event_type: 'call.completed',
      call_id: ring?.call_id,
      duration: 61,
      summary: 'An appointment was made.',
      sentiment: 'positive',
      outcome: 'BOOKED',
    }),
  )
  await slack.submit(
    {
      callback_id: 'batch_view',
      private_metadata: JSON.stringify({ n: 'b1', c: slack.general, t: null, e: 'batch' }),
    },
    batchForm(slack.upload('phone,name\n+12025550114,Canary Rao\n'), slack.general),
  )
  await slack.until('the preview', () =>
    slack.calls('views.update').find(({ body }) => JSON.stringify(body.view).includes('batch_place_view')),
  )
  await world.app.idle()
}

/** What is kept serves: the list is obeyed, the last minute remembered, the words there for those who may see them. */
async function expectItServes(world: World): Promise<void> {
  const { slack } = world
  const listed = await slack.command('/call', '+12025550199 agent_clinic')
  expect(textOf(await slack.response(listed.id))).toMatch(/do-not-call/i)
  const recent = await slack.command('/call', '+12025550101 agent_clinic', { user: 'bob' })
  expect(textOf(await slack.response(recent.id))).toContain('s ago')
  const home = slack.calls('views.publish').length
  await slack.event({ type: 'app_home_opened', user: slack.user('alice'), tab: 'home', channel: 'D1' })
  const shown = await slack.until('the home', () => slack.calls('views.publish')[home])
  expect(JSON.stringify(shown.body)).toContain('555 0101')
}

describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
  let location: Location
  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'movoice-slack-privacy-'))
    location = kind === 'sqlite' ? { folder } : { url: await freshDatabase(postgres.url) }
    return () => rmSync(folder, { recursive: true, force: true })
  })
  const world = (keys: string | undefined) =>
    createWorld('http', {
      access: { botToken: BOT_TOKEN, ...(keys !== undefined && { keyring: Keyring.read(keys) }) },
      storage: location,
    })
  const found = async (): Promise<string[]> => {
    const all = await dump(location)
    return CANARIES.filter((canary) => all.includes(canary))
  }

  test('with keys, nobody who has the database alone learns whom was called, and what was said', async () => {
    const keys = key()
    const one = await world(keys)
    await live(one)
    await expectItServes(one)
    expect(await found()).toEqual([])
    await one.close()
    expect(await found()).toEqual([])
  })

  test('what was kept in the clear is encrypted by rotate-keys, and then serves as before, under the next key too', async () => {
    const clear = await world(undefined)
    await live(clear)
    await clear.app.close()
    expect(await found()).toEqual(CANARIES)
    const [first, second] = [key(), key()]
    expect(await rotateKeys(location, Keyring.read(first))).toBeGreaterThanOrEqual(4)
    expect(await rotateKeys(location, Keyring.read(first))).toBe(0)
    // SQLite keeps what was overwritten until its pages are used again.
    if (kind === 'sqlite') vacuum(location)
    expect(await found()).toEqual([])
    expect(await rotateKeys(location, Keyring.read(`${second},${first}`))).toBeGreaterThanOrEqual(4)
    await clear.close()
    const one = await world(second)
    const asked = await one.slack.command('/call', '+12025550199 agent_clinic')
    expect(textOf(await one.slack.response(asked.id))).toMatch(/do-not-call/i)
    await one.close()
  })

  test('while a new key is taking over, what is under the old one is found', async () => {
    const [first, second] = [key(), key()]
    const one = await world(first)
    await live(one)
    await one.app.close()
    const next = await world(`${second},${first}`)
    const asked = await next.slack.command('/call', '+12025550199 agent_clinic')
    expect(textOf(await next.slack.response(asked.id))).toMatch(/do-not-call/i)
    await next.close()
    await one.close()
  })

  test('a start without the key says which is missing', async () => {
    const one = await world(key())
    await live(one)
    await one.app.close()
    for (const keys of [undefined, key()])
      await expect(world(keys)).rejects.toThrow('MOVOICE_ENCRYPTION_KEYS')
    await one.close()
  })
})

function vacuum(location: Location): void {
  const file = new DatabaseSync(join('folder' in location ? location.folder : '', 'slack.db'))
  file.exec('vacuum; pragma wal_checkpoint(truncate)')
  file.close()
}

test('events of calls that are none of this app’s are not kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'movoice-slack-privacy-'))
  const one = await createWorld('http', { storage: { folder } })
  await attempt(one, 'command', { user: 'alice', phone: '+12025550101' })
  await one.app.take(
    eventOf({ event_type: 'call.completed', call_id: 'call_foreign', summary: 'A foreign secret.' }),
  )
  await one.close()
  expect(await dump({ folder })).not.toContain('foreign secret')
  rmSync(folder, { recursive: true, force: true })
})

describe('the app is removed', () => {
  const organisation = {
    team: undefined,
    enterprise: { id: 'E1' },
    isEnterpriseInstall: true,
    user: { id: 'U1' },
    bot: { id: 'B1', userId: 'UB', token: BOT_TOKEN, scopes: [] },
  }
  const keyring = Keyring.read(key())
  const access = {
    oauth: { clientId: 'c', clientSecret: 's', stateSecret: 'state', redirectUri: 'http://127.0.0.1/' },
    keyring,
  }

  test('from a workspace, while the database is away: it is deleted when it is back', async () => {
    const storage = { url: await freshDatabase(postgres.url) }
    const one = await createWorld('http', { storage })
    try {
      await attempt(one, 'command', { user: 'alice', phone: '+12025550101' })
      await postgres.kill()
      expect((await one.slack.event({ type: 'app_uninstalled' })).status).toBe(200)
      await one.slack.until('a vain attempt', () =>
        one.log.some((line) => line.includes('not be deleted yet')),
      )
      await postgres.restart()
      await one.slack.until(
        'the purge',
        () => one.log.some((line) => line.includes('all that was kept')),
        60_000,
      )
      const database = await openDatabase(storage)
      expect(await database.db.selectFrom('calls').selectAll().execute()).toEqual([])
      await database.close()
    } finally {
      await one.close()
    }
  })

  test('from an organisation, though Slack does not say that it was one', async () => {
    const storage = { url: await freshDatabase(postgres.url) }
    const one = await createWorld('http', { access, door: { signingSecret: SIGNING_SECRET }, storage })
    const database = await openDatabase(storage)
    try {
      await new WorkspaceStore(database, keyring).saveInstallation('E1', organisation, 1)
      one.slack.enterprise = 'E1'
      await attempt(one, 'command', { user: 'alice', phone: '+12025550101' })
      await one.slack.event({ type: 'app_uninstalled' }, 'Ev1', false)
      await one.slack.until('the purge', () => one.log.some((line) => line.includes('all that was kept')))
      await one.app.idle()
      for (const table of ['calls', 'installations', 'members'] as const)
        expect(await database.db.selectFrom(table).selectAll().execute()).toEqual([])
    } finally {
      await database.close()
      await one.close()
    }
  })

  test.each([
    ['app_uninstalled', { type: 'app_uninstalled' }, true],
    ['tokens_revoked', { type: 'tokens_revoked', tokens: { oauth: [], bot: ['UB'] } }, true],
    ['team_access_revoked', { type: 'team_access_revoked', team_ids: ['T000000001'] }, false],
  ] as const)(
    'from an organisation: after %s nothing is left of its workspaces',
    async (_name, event, whole) => {
      const storage = { url: await freshDatabase(postgres.url) }
      const one = await createWorld('http', { access, door: { signingSecret: SIGNING_SECRET }, storage })
      const database = await openDatabase(storage)
      const count = async (table: (typeof TABLES)[number] | 'members' | 'installations') =>
        (await database.db.selectFrom(table).selectAll().execute()).length
      try {
        await new WorkspaceStore(database, keyring).saveInstallation('E1', organisation, 1)
        one.slack.enterprise = 'E1'
        await attempt(one, 'command', { user: 'alice', phone: '+12025550101' })
        expect(await one.rings()).toHaveLength(1)
        expect(await count('calls')).toBe(1)
        expect(await count('members')).toBe(1)
        await one.slack.event(event)
        await one.slack.until('the purge', () => one.log.some((line) => line.includes('all that was kept')))
        await one.app.idle()
        for (const table of [...TABLES.filter((one) => one !== 'seen'), 'members'] as const)
          expect([table, await count(table)]).toEqual([table, 0])
        expect(await count('installations')).toBe(whole ? 0 : 1)
        // What Movoice tells later of a purged call is not kept.
        await one.app.take(
          eventOf({
            event_type: 'call.completed',
            call_id: (await one.rings())[0]?.call_id,
            summary: 'Too late.',
          }),
        )
        expect(await count('events')).toBe(0)
      } finally {
        await database.close()
        await one.close()
      }
    },
  )
})
