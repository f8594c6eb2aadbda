import type { Insertable } from 'kysely'
import type { Entry } from '../guards/judge.ts'
import { type Policy, readPolicy } from '../guards/policy.ts'
import type { Database } from './database.ts'
import type { Keyring } from './keyring.ts'
import type { Tables } from './schema.ts'
import { Vault } from './vault.ts'

export interface AuditLine {
  readonly team: string
  readonly at: number
  readonly user: string
  /** `call`, `batch`, `status`, `settings`, `do_not_call`, `agent`, `transcript`, `recording`, `export`. */
  readonly action: string
  readonly entry: Entry | 'settings'
  readonly channel: string | null
  /** What it was about, with numbers masked. */
  readonly target: string
  /** `allow`, or why not. */
  readonly verdict: string
  readonly reference: string | null
}

/** Settings, secrets, the do-not-call list and the audit log of every workspace. */
export class WorkspaceStore {
  readonly #database: Database
  readonly #keyring: Keyring | undefined
  readonly #vault: Vault

  constructor(database: Database, keyring: Keyring | undefined) {
    this.#database = database
    this.#keyring = keyring
    this.#vault = new Vault(keyring)
  }

  async policy(team: string): Promise<Policy> {
    const row = await this.#database.db
      .selectFrom('workspaces')
      .select('policy')
      .where('team', '=', team)
      .executeTakeFirst()
    return readPolicy(row === undefined ? {} : JSON.parse(row.policy))
  }

  async savePolicy(team: string, policy: Policy, now: number): Promise<void> {
    const values = { team, policy: JSON.stringify(policy), movoice_key: null, updated_at: now }
    await this.#database.db
      .insertInto('workspaces')
      .values(values)
      .onConflict((conflict) =>
        conflict.column('team').doUpdateSet({ policy: values.policy, updated_at: now }),
      )
      .execute()
  }

  async movoiceKey(team: string): Promise<string | undefined> {
    const row = await this.#database.db
      .selectFrom('workspaces')
      .select('movoice_key')
      .where('team', '=', team)
      .executeTakeFirst()
    if (row?.movoice_key == null) return undefined
    return this.#ring().decrypt(row.movoice_key, `movoice_key:${team}`)
  }

  async saveMovoiceKey(team: string, key: string, now: number): Promise<void> {
    const secret = this.#ring().encrypt(key, `movoice_key:${team}`)
    await this.#database.db
      .insertInto('workspaces')
      .values({ team, policy: '{}', movoice_key: secret, updated_at: now })
      .onConflict((conflict) => conflict.column('team').doUpdateSet({ movoice_key: secret, updated_at: now }))
      .execute()
  }

  async installation(id: string): Promise<unknown> {
    const row = await this.#database.db
      .selectFrom('installations')
      .select('data')
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? undefined : JSON.parse(this.#ring().decrypt(row.data, `installation:${id}`))
  }

  async saveInstallation(id: string, installation: unknown, now: number): Promise<void> {
    const data = this.#ring().encrypt(JSON.stringify(installation), `installation:${id}`)
    await this.#database.db
      .insertInto('installations')
      .values({ id, data, updated_at: now })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ data, updated_at: now }))
      .execute()
  }

  /** Replaces an installation that is still there; false if it is not: what was purged does not come back. */
  async changeInstallation(id: string, installation: unknown, now: number): Promise<boolean> {
    const data = this.#ring().encrypt(JSON.stringify(installation), `installation:${id}`)
    const row = await this.#database.db
      .updateTable('installations')
      .set({ data, updated_at: now })
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst()
    return row !== undefined
  }

  /** The organisation through which a workspace has the app. */
  async memberOf(team: string): Promise<string | undefined> {
    const row = await this.#database.db
      .selectFrom('members')
      .select('organisation')
      .where('team', '=', team)
      .executeTakeFirst()
    return row?.organisation
  }

  async joinOrganisation(team: string, organisation: string): Promise<void> {
    await this.#database.db
      .insertInto('members')
      .values({ team, organisation })
      .onConflict((conflict) => conflict.column('team').doUpdateSet({ organisation }))
      .execute()
  }

  async deleteInstallation(id: string): Promise<void> {
    await this.#database.db.deleteFrom('installations').where('id', '=', id).execute()
  }

  async doNotCall(team: string): Promise<string[]> {
    const rows = await this.#database.db
      .selectFrom('do_not_call')
      .select(['phone', 'sealed'])
      .where('team', '=', team)
      .execute()
    return rows
      .map(({ phone, sealed }) =>
        sealed === null ? phone : this.#vault.open(sealed, `do_not_call:${phone}`),
      )
      .toSorted()
  }

  async countDoNotCall(team: string): Promise<number> {
    const { count } = await this.#database.db
      .selectFrom('do_not_call')
      .select((the) => the.fn.countAll<number>().as('count'))
      .where('team', '=', team)
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /** Adds and takes off numbers; what another admin does at the same time stays. */
  async changeDoNotCall(
    team: string,
    { add = [], remove = [] }: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
    now: number,
  ): Promise<{ readonly added: number; readonly removed: number; readonly count: number }> {
    const off = new Set(remove)
    const on = [...new Set(add)].filter((phone) => !off.has(phone))
    let removed = 0
    let added = 0
    await this.#database.alone(team, async (tx) => {
      for (const part of parts([...off])) {
        const { numDeletedRows } = await tx
          .deleteFrom('do_not_call')
          .where('team', '=', team)
          .where(
            'phone',
            'in',
            part.flatMap((phone) => this.#vault.tags(team, phone)),
          )
          .executeTakeFirst()
        removed += Number(numDeletedRows)
      }
      for (const part of parts(on)) {
        const rows = part.map((phone) => listed(this.#vault, { team, phone, at: now }))
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('do_not_call')
          .values(rows)
          .onConflict((conflict) => conflict.columns(['team', 'phone']).doNothing())
          .executeTakeFirstOrThrow()
        added += Number(numInsertedOrUpdatedRows ?? 0)
      }
    })
    return { added, removed, count: await this.countDoNotCall(team) }
  }

  async log({ user, ...line }: AuditLine): Promise<void> {
    await this.#database.db
      .insertInto('audit')
      .values({ ...line, user_id: user })
      .execute()
  }

  async audit(team: string, limit = 100_000): Promise<AuditLine[]> {
    const rows = await this.#database.db
      .selectFrom('audit')
      .selectAll()
      .where('team', '=', team)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ id: _id, user_id, entry, ...line }) => ({
      ...line,
      user: user_id,
      entry: entry as AuditLine['entry'],
    }))
  }

  #ring(): Keyring {
    if (this.#keyring === undefined)
      throw new Error('A secret was to be kept without MOVOICE_ENCRYPTION_KEYS.')
    return this.#keyring
  }
}

/** A number as it is kept: found by its tag, read from what is sealed. */
export function listed(
  vault: Vault,
  { team, phone, at }: { readonly team: string; readonly phone: string; readonly at: number },
): Insertable<Tables['do_not_call']> {
  const tag = vault.tag(team, phone)
  return { team, phone: tag, sealed: tag === phone ? null : vault.seal(phone, `do_not_call:${tag}`), at }
}

/** A database takes only so many parameters at once. */
function parts<T>(all: readonly T[]): T[][] {
  const some: T[][] = []
  for (let at = 0; at < all.length; at += 200) some.push(all.slice(at, at + 200))
  return some
}
