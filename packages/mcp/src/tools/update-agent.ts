import type { UpdateAgentInput } from '@movoice-kit/core'
import type { Action } from '../confirm/pending.ts'
import { type Change, changeSummary } from '../confirm/summaries.ts'
import type { ActionResult } from '../output/action-result.ts'
import { agentViewOf } from '../output/agent-view.ts'
import { changeFailure, ours } from '../output/failure.ts'
import { toolOf } from './catalog.ts'
import type { Desk, Request } from './confirmed.ts'
import { lookupFailure } from './dialling.ts'

/** A change of an agent, once somebody has confirmed what would differ. */
export function updateAgent({ office }: Desk, agentId: string, patch: UpdateAgentInput): Request {
  const { movoice, log, shift } = office
  const tool = toolOf['agents.update'].name
  return {
    tool,
    input: { agent_id: agentId, ...patch },
    yes: `Yes, change ${agentId} like this`,
    prepare: async (ctx): Promise<Action<ActionResult> | ActionResult> => {
      try {
        const before = await movoice.agents.get(agentId, { signal: ctx.mcpReq.signal })
        const changes = Object.entries(patch)
          .filter(([name, after]) => !same(before[name], after))
          .map(([name, after]): Change => ({ name, before: before[name], after }))
        if (changes.length === 0) {
          return {
            state: 'nothing_to_change',
            message: 'The agent is like that already; nothing was sent.',
            agent: agentViewOf(before),
          }
        }
        return {
          tool,
          input: { agent_id: agentId, ...patch },
          summary: changeSummary(before, changes),
          run: () => shift.track(change(changes)),
        }
      } catch (error) {
        return lookupFailure(error)
      }
    },
  }

  async function change(changes: readonly Change[]): Promise<ActionResult> {
    try {
      // Somebody may have changed it while the question stood: what was confirmed is the difference that was shown.
      const now = await movoice.agents.get(agentId)
      const moved = changes.filter(({ name, before }) => !same(now[name], before))
      if (moved.length > 0) {
        return {
          state: 'not_done',
          message: `Nothing was changed: ${moved.map(({ name }) => name).join(' and ')} of the agent changed meanwhile. Read it with get_agent and begin again.`,
          error: { code: 'changed_meanwhile' },
        }
      }
      const agent = await movoice.agents.update(agentId, patch)
      log('changed', { tool, agent_id: agentId, fields: changes.map(({ name }) => name) })
      return { state: 'changed', message: `The agent ${agentId} was changed.`, agent: agentViewOf(agent) }
    } catch (error) {
      const failure = ours(error)
      log('not_changed', { tool, agent_id: agentId, code: failure.code, status: failure.status })
      return changeFailure(failure)
    }
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
