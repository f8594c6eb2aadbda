import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow'
import { movoiceClient } from './client.ts'
import { nodeError } from './errors.ts'

const PAGE = 50

/** Agents for a "From list" field: found by name or id, a page at a time. */
export async function searchAgents(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  try {
    const movoice = await movoiceClient(this)
    const wanted = (filter ?? '').trim().toLowerCase()
    const found = []
    for await (const agent of movoice.agents.list()) {
      const { agent_id: value, name, status } = agent
      if (!`${name ?? ''} ${value}`.toLowerCase().includes(wanted)) continue
      const label = name == null || name === '' ? value : name
      found.push({ name: status == null || status === 'active' ? label : `${label} (${status})`, value })
    }
    found.sort((a, b) => a.name.localeCompare(b.name))
    const start = Number(paginationToken ?? 0)
    const end = start + PAGE
    return {
      results: found.slice(start, end),
      ...(end < found.length && { paginationToken: String(end) }),
    }
  } catch (error) {
    throw nodeError(this.getNode(), error)
  }
}
