import type { Selectable } from 'kysely'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** What of an agent is edited in Slack. */
export interface AgentText {
  readonly prompt: string
  readonly voice: string
}

/** An edit of an agent under way: kept here, as a prompt is too long for a form's memory, and a restart may come between. */
export interface AgentEdit {
  readonly id: string
  readonly agentId: string
  /** What the editor has seen of it: at the opening of the form, then at the last difference. */
  readonly before: AgentText
  /** What it is to become; null until the form was sent. */
  readonly after: AgentText | null
}

/** Edits of agents between their forms. Each belongs to the one who opened it. */
export class EditStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async open(team: string, user: string, edit: AgentEdit, now: number): Promise<void> {
    const { id, ...data } = edit
    await this.#database.db
      .insertInto('edits')
      .values({ id, team, user_id: user, data: JSON.stringify(data), created_at: now })
      .execute()
  }

  async get(id: string, team: string, user: string): Promise<AgentEdit | undefined> {
    const row = await this.#database.db
      .selectFrom('edits')
      .selectAll()
      .where('id', '=', id)
      .where('team', '=', team)
      .where('user_id', '=', user)
      .executeTakeFirst()
    return row && editOf(row)
  }

  /** Keeps what the editor has been shown the difference of. */
  async review({ id, ...data }: AgentEdit): Promise<void> {
    await this.#database.db
      .updateTable('edits')
      .set({ data: JSON.stringify(data) })
      .where('id', '=', id)
      .execute()
  }
}

const editOf = ({ id, data }: Selectable<Tables['edits']>): AgentEdit => ({
  id,
  ...(JSON.parse(data) as Omit<AgentEdit, 'id'>),
})
