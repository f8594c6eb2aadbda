import type { Movoice } from '@movoice-kit/core'
import type { Agent } from '@movoice-kit/core/contract'
import type { Clock } from '@movoice-kit/core/engine'

export type FoundAgent =
  | { readonly kind: 'one'; readonly agent: NamedAgent }
  | { readonly kind: 'several'; readonly agents: readonly NamedAgent[] }
  | { readonly kind: 'none'; readonly near: readonly NamedAgent[] }

export interface NamedAgent {
  readonly id: string
  readonly name: string
  readonly status: string | undefined
}

interface Held {
  agents: readonly NamedAgent[] | undefined
  at: number
  loading: Promise<readonly NamedAgent[]> | undefined
}

const FRESH = 60_000
/** Slack waits three seconds for the options of a select. */
const PATIENCE = 2300

const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLocaleLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()

/** The agents of each workspace, kept for a minute; after that the old list serves while the new one is fetched. */
export class AgentDirectory {
  readonly #movoice: (team: string) => Promise<Movoice>
  readonly #clock: Clock
  readonly #held = new Map<string, Held>()

  constructor(movoice: (team: string) => Promise<Movoice>, clock: Clock) {
    this.#movoice = movoice
    this.#clock = clock
  }

  async list(team: string): Promise<readonly NamedAgent[]> {
    const held = this.#of(team)
    const fresh = held.agents !== undefined && this.#clock.now() - held.at < FRESH
    if (held.agents !== undefined) {
      if (!fresh) this.#load(team, held).catch(() => undefined)
      return held.agents
    }
    return this.#load(team, held)
  }

  /** Agents whose name or id holds every word, best first; `undefined` if they are not there in time. */
  async search(team: string, text: string, limit = 100): Promise<readonly NamedAgent[] | undefined> {
    const agents = await Promise.race([this.list(team), this.#clock.sleep(PATIENCE).then(() => undefined)])
    if (agents === undefined) return undefined
    const wanted = fold(text)
    const words = wanted.split(' ').filter((word) => word !== '')
    const matches = agents.filter((agent) => {
      const all = `${fold(agent.name)} ${fold(agent.id)}`
      return words.every((word) => all.includes(word))
    })
    const rank = (agent: NamedAgent) =>
      fold(agent.name) === wanted ? 0 : fold(agent.name).startsWith(wanted) ? 1 : 2
    return matches.toSorted((a, b) => rank(a) - rank(b)).slice(0, limit)
  }

  /** The agent somebody named: by id, by name, or by the beginning of a name that no other shares. */
  async find(team: string, text: string): Promise<FoundAgent> {
    const agents = await this.list(team)
    const byId = agents.find((agent) => agent.id === text)
    if (byId !== undefined) return { kind: 'one', agent: byId }
    const wanted = fold(text)
    for (const test of [
      (agent: NamedAgent) => fold(agent.name) === wanted,
      (agent: NamedAgent) => fold(agent.id) === wanted,
      (agent: NamedAgent) => fold(agent.name).startsWith(wanted),
    ]) {
      const found = agents.filter(test)
      if (found.length === 1) return { kind: 'one', agent: found[0] as NamedAgent }
      if (found.length > 1) return { kind: 'several', agents: found.slice(0, 5) }
    }
    const near = agents
      .map((agent) => ({ agent, distance: nearest(agent, wanted) }))
      .filter(({ distance: far }) => far <= Math.max(2, wanted.length / 3))
      .toSorted((a, b) => a.distance - b.distance)
    return { kind: 'none', near: near.slice(0, 3).map(({ agent }) => agent) }
  }

  /** An agent's name, as far as it is known without waiting. */
  nameOf(team: string, id: string): string {
    return this.#of(team).agents?.find((agent) => agent.id === id)?.name ?? id
  }

  forget(team: string): void {
    this.#held.delete(team)
  }

  #of(team: string): Held {
    let held = this.#held.get(team)
    if (held === undefined) {
      held = { agents: undefined, at: 0, loading: undefined }
      this.#held.set(team, held)
    }
    return held
  }

  #load(team: string, held: Held): Promise<readonly NamedAgent[]> {
    held.loading ??= this.#fetch(team, held).finally(() => {
      held.loading = undefined
    })
    return held.loading
  }

  async #fetch(team: string, held: Held): Promise<readonly NamedAgent[]> {
    const movoice = await this.#movoice(team)
    const agents: NamedAgent[] = []
    for await (const agent of movoice.agents.list()) agents.push(named(agent))
    held.agents = agents.toSorted((a, b) => a.name.localeCompare(b.name))
    held.at = this.#clock.now()
    return held.agents
  }
}

export const named = (agent: Agent): NamedAgent => ({
  id: agent.agent_id,
  name: agent.name == null || agent.name.trim() === '' ? agent.agent_id : agent.name,
  status: agent.status ?? undefined,
})

/** How far a text is from an agent's name, its id, or a word of either. */
function nearest(agent: NamedAgent, wanted: string): number {
  const name = fold(agent.name)
  const id = fold(agent.id)
  return Math.min(...[name, id, ...name.split(' '), ...id.split(' ')].map((text) => distance(text, wanted)))
}

/** How many letters differ (Levenshtein), up to what matters for a suggestion. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8) return 99
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 99
}
