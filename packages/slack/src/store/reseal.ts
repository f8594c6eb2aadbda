import type { Database } from './database.ts'
import type { Keyring } from './keyring.ts'
import { Vault } from './vault.ts'
import { listed } from './workspaces.ts'

/** Rows read at a time: all of a large table would not fit. */
const PAGE = 500

/** Something sealed, with what it is found and opened by. */
interface Sealed {
  readonly key: string
  readonly text: string
  readonly place: string
}

/** Encrypts everything again with the keyring's first key; the number of texts that were not. */
export async function reseal(database: Database, keyring: Keyring): Promise<number> {
  const vault = new Vault(keyring)
  let changed = 0
  for (const one of [installations, movoiceKeys, calls, results, drafts, batches, events, doNotCall])
    changed += await one(database, vault)
  return changed
}

/**
 * Goes through a table page by page.
 *
 * @param read a page of what is after a key, by key
 * @param write replaces what was read, unless it was replaced meanwhile: that is sealed with the first key already
 */
async function through<Row extends Sealed>(
  vault: Vault,
  read: (after: string) => Promise<readonly Row[]>,
  write: (row: Row, sealed: string, opened: string) => Promise<unknown>,
): Promise<number> {
  let changed = 0
  for (let after = ''; ; ) {
    const rows = await read(after)
    for (const row of rows) {
      if (vault.isCurrent(row.text)) continue
      const opened = vault.open(row.text, row.place)
      await write(row, vault.seal(opened, row.place), opened)
      changed += 1
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return changed
    after = last.key
  }
}

const installations = ({ db }: Database, vault: Vault): Promise<number> =>
  through(
    vault,
    async (after) => {
      const rows = db.selectFrom('installations').select(['id', 'data']).where('id', '>', after)
      const page = await rows.orderBy('id').limit(PAGE).execute()
      return page.map(({ id, data }) => ({ key: id, text: data, place: `installation:${id}` }))
    },
    ({ key, text }, data) =>
      db.updateTable('installations').set({ data }).where('id', '=', key).where('data', '=', text).execute(),
  )

const movoiceKeys = ({ db }: Database, vault: Vault): Promise<number> =>
  through(
    vault,
    async (after) => {
      const rows = db
        .selectFrom('workspaces')
        .select(['team', 'movoice_key as text'])
        .where('team', '>', after)
        .where('movoice_key', 'is not', null)
        .$narrowType<{ text: string }>()
      const page = await rows.orderBy('team').limit(PAGE).execute()
      return page.map(({ team, text }) => ({ key: team, text, place: `movoice_key:${team}` }))
    },
    ({ key, text }, movoice_key) =>
      db
        .updateTable('workspaces')
        .set({ movoice_key })
        .where('team', '=', key)
        .where('movoice_key', '=', text)
        .execute(),
  )

const calls = ({ db }: Database, vault: Vault): Promise<number> =>
  through(
    vault,
    async (after) => {
      const rows = db.selectFrom('calls').select(['id', 'team', 'data']).where('id', '>', after)
      const page = await rows.orderBy('id').limit(PAGE).execute()
      return page.map(({ id, team, data }) => ({ key: id, team, text: data, place: `call:${id}` }))
    },
    ({ key, team }, data, opened) => {
      const { request } = JSON.parse(opened) as { readonly request: { readonly phone: string } }
      const phone = vault.tag(team, request.phone)
      return db.updateTable('calls').set({ phone, data }).where('id', '=', key).execute()
    },
  )

const results = ({ db }: Database, vault: Vault): Promise<number> =>
  through(
    vault,
    async (after) => {
      const rows = db
        .selectFrom('calls')
        .select(['id', 'result as text'])
        .where('id', '>', after)
        .where('result', 'is not', null)
        .$narrowType<{ text: string }>()
      const page = await rows.orderBy('id').limit(PAGE).execute()
      return page.map(({ id, text }) => ({ key: id, text, place: `result:${id}` }))
    },
    ({ key, text }, result) =>
      db.updateTable('calls').set({ result }).where('id', '=', key).where('result', '=', text).execute(),
  )

const drafts = ({ db }: Database, vault: Vault): Promise<number> =>
  through(
    vault,
    async (after) => {
      const rows = db.selectFrom('drafts').select(['id', 'data']).where('id', '>', after)
      const page = await rows.orderBy('id').limit(PAGE).execute()
      return page.map(({ id, data }) => ({ key: id, text: data, place: `draft:${id}` }))
    },
    ({ key }, data) => db.updateTable('drafts').set({ data }).where('id', '=', key).execute(),
  )

const batches = ({ db }: Database, vault: Vault): Promise<number> =>
  through(
    vault,
    async (after) => {
      const rows = db.selectFrom('batches').select(['id', 'claim', 'data']).where('id', '>', after)
      const page = await rows.orderBy('id').limit(PAGE).execute()
      return page.map(({ id, claim, data }) => ({ key: id, text: data, place: `batch:${claim}` }))
    },
    ({ key, text }, data) =>
      db.updateTable('batches').set({ data }).where('id', '=', key).where('data', '=', text).execute(),
  )

const events = ({ db }: Database, vault: Vault): Promise<number> =>
  through(
    vault,
    async (after) => {
      const rows = db.selectFrom('events').select(['id', 'body']).where('id', '>', after)
      const page = await rows.orderBy('id').limit(PAGE).execute()
      return page.map(({ id, body }) => ({ key: id, text: body, place: `event:${id}` }))
    },
    ({ key }, body) => db.updateTable('events').set({ body }).where('id', '=', key).execute(),
  )

/** The number's tag is its key here, so that each is put in anew. */
async function doNotCall({ db }: Database, vault: Vault): Promise<number> {
  let changed = 0
  for (const { team, phone: tag, sealed, at } of await db.selectFrom('do_not_call').selectAll().execute()) {
    if (sealed !== null && vault.isCurrent(sealed)) continue
    const phone = sealed === null ? tag : vault.open(sealed, `do_not_call:${tag}`)
    await db
      .insertInto('do_not_call')
      .values(listed(vault, { team, phone, at }))
      .onConflict((conflict) => conflict.columns(['team', 'phone']).doNothing())
      .execute()
    await db.deleteFrom('do_not_call').where('team', '=', team).where('phone', '=', tag).execute()
    changed += 1
  }
  return changed
}
