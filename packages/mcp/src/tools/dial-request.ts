import type { Agent } from '@movoice-kit/core/contract'
import { calledLately, type Lately } from '../guards/lately.ts'
import type { ActionResult } from '../output/action-result.ts'
import type { Desk, Request } from './confirmed.ts'
import { dialOnce, lookupFailure, notFromHere, wrongNumbers } from './dialling.ts'

export interface DialSpec<Input extends { readonly agent_id: string }, Placed> {
  readonly tool: string
  readonly input: Input
  readonly phones: readonly string[]
  /** Every number of the request with where it stands in it. */
  readonly numbers: readonly (readonly [path: string, phone: string])[]
  readonly yes: string
  readonly summary: (agent: Agent, lately: Lately, now: number) => string
  readonly dial: (signal: AbortSignal) => Promise<Placed>
  readonly idOf: (placed: Placed) => string
  readonly placed: (placed: Placed) => ActionResult
}

/** What makes phones ring, once somebody has confirmed it: looked at before anyone is asked, and again before it dials. */
export function dialRequest<Input extends { readonly agent_id: string }, Placed>(
  { office }: Desk,
  { tool, input, phones, numbers, yes, summary, dial, idOf, placed }: DialSpec<Input, Placed>,
): Request {
  const { movoice, clock } = office
  const agentId = input.agent_id
  return {
    tool,
    input,
    yes,
    prepare: async ({ mcpReq: { signal } }) => {
      const blocked = wrongNumbers(numbers) ?? notFromHere(office, phones)
      if (blocked !== undefined) return blocked
      try {
        const [agent, lately] = await Promise.all([
          movoice.agents.get(agentId, { signal }),
          calledLately(office, signal),
        ])
        return {
          tool,
          input,
          summary: summary(agent, lately, clock.now()),
          run: (stop) => dialOnce(office, { tool, phones, agentId, dial: () => dial(stop), idOf, placed }),
        }
      } catch (error) {
        return lookupFailure(error)
      }
    },
  }
}
