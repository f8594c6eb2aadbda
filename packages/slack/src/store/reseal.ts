import type { Database } from './database.ts'
import type { Keyring } from './keyring.ts'
import { Vault } from './vault.ts'
import { listed } from './workspaces.ts'

/** Rows read at a time: all of a large table would not fit. */
const PAGE = 500

/** Encrypts everything again with the keyring's first key; the number of rows that were not. */
export async function reseal(database: Database, keyring: Keyring): Promise<number> {
  const vault = new Vault(keyring)
  let changed = 0
  changed += await installations(database, keyring)
  changed += await movoiceKeys(database, keyring)
  changed += await calls(database, vault)
  for (const one of [drafts, batches, events, doNotCall]) changed += await one(database, vault)
  return changed
}

async function installations({ db }: Database, keyring: Keyring): Promise<number> {
  let changed = 0
  for (const { id, data } of await db.selectFrom('installations').select(['id', 'data']).execute()) {
    if (keyring.isCurrent(data)) continue
    const place = `installation:${id}`
    await db
      .updateTable('installations')
      .set({ data: keyring.encrypt(keyring.decrypt(data, place), place) })
      .where('id', '=', id)
      .where('data', '=', data)
      .execute()
    changed += 1
  }
  return changed
}

async function movoiceKeys({ db }: Database, keyring: Keyring): Promise<number> {
  let changed = 0
  for (const { team, movoice_key } of await db
    .selectFrom('workspaces')
    .select(['team', 'movoice_key'])
    .execute()) {
    if (movoice_key === null || keyring.isCurrent(movoice_key)) continue
    const place = `movoice_key:${team}`
    await db
      .updateTable('workspaces')
      .set({ movoice_key: keyring.encrypt(keyring.decrypt(movoice_key, place), place) })
      .where('team', '=', team)
      .where('movoice_key', '=', movoice_key)
      .execute()
    changed += 1
  }
  return changed
}

async function calls({ db }: Database, vault: Vault): Promise<number> {
  let changed = 0
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('calls')
      .select(['id', 'team', 'data', 'result'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    for (const { id, team, data, result } of rows) {
      const stale = result !== null && !vault.isCurrent(result)
      if (vault.isCurrent(data) && !stale) continue
      const text = vault.open(data, `call:${id}`)
      const { request } = JSON.parse(text) as { readonly request: { readonly phone: string } }
      await db
        .updateTable('calls')
        .set({ phone: vault.tag(team, request.phone), data: vault.seal(text, `call:${id}`) })
        .where('id', '=', id)
        .execute()
      // A result that came in meanwhile is newer, and sealed with the first key already.
      if (stale)
        await db
          .updateTable('calls')
          .set({ result: vault.seal(vault.open(result, `result:${id}`), `result:${id}`) })
          .where('id', '=', id)
          .where('result', '=', result)
          .execute()
      changed += 1
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return changed
    after = last.id
  }
}

async function drafts({ db }: Database, vault: Vault): Promise<number> {
  let changed = 0
  for (const { id, data } of await db.selectFrom('drafts').select(['id', 'data']).execute()) {
    if (vault.isCurrent(data)) continue
    const place = `draft:${id}`
    await db
      .updateTable('drafts')
      .set({ data: vault.seal(vault.open(data, place), place) })
      .where('id', '=', id)
      .execute()
    changed += 1
  }
  return changed
}

async function batches({ db }: Database, vault: Vault): Promise<number> {
  let changed = 0
  for (const { id, claim, data } of await db
    .selectFrom('batches')
    .select(['id', 'claim', 'data'])
    .execute()) {
    if (vault.isCurrent(data)) continue
    const place = `batch:${claim}`
    await db
      .updateTable('batches')
      .set({ data: vault.seal(vault.open(data, place), place) })
      .where('id', '=', id)
      .where('data', '=', data)
      .execute()
    changed += 1
  }
  return changed
}

async function events({ db }: Database, vault: Vault): Promise<number> {
  let changed = 0
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('events')
      .select(['id', 'body'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    for (const { id, body } of rows) {
      if (vault.isCurrent(body)) continue
      const place = `event:${id}`
      await db
        .updateTable('events')
        .set({ body: vault.seal(vault.open(body, place), place) })
        .where('id', '=', id)
        .execute()
      changed += 1
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return changed
    after = last.id
  }
}

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
