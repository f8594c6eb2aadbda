import type { Agent } from '@movoice-kit/core/contract'
import * as z from 'zod/mini'

const text = (description: string) => z.optional(z.string().check(z.meta({ description })))

/** An agent for an assistant: no `null`. */
export const agentView = z.looseObject({
  agent_id: z.string().check(z.meta({ description: "The agent's id" })),
  name: text('What people call it'),
  status: text('Whether it can talk'),
  prompt: text('What it is told to do in a call; {{name}} stands for a variable of the call'),
  voice_id: text('The voice it speaks with'),
})
export type AgentView = z.infer<typeof agentView>

export function agentViewOf(agent: Agent): AgentView {
  const known = Object.entries(agent).filter(([, value]) => value !== null && value !== undefined)
  return { ...Object.fromEntries(known), agent_id: agent.agent_id }
}

/** The agent as text, for a client that shows no structured content. */
export function agentAsText(agent: AgentView): string {
  return Object.entries(agent)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n')
}
