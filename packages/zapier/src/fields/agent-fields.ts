import type { Agent } from '@movoice-kit/core/contract'
import type { PlainOutputField } from 'zapier-platform-core'

/** An agent as a step gives it; every key always there. */
export interface AgentOutput {
  readonly id: string
  readonly agent_id: string
  /** What the dropdown shows: the agent's name, or its id where it has none. */
  readonly name: string
  readonly status: string | null
  readonly prompt: string | null
  readonly voice_id: string | null
}

/** What {@link agentOutput} makes, as output fields. */
export const agentFields: (PlainOutputField & { readonly key: keyof AgentOutput })[] = [
  { key: 'id', label: 'ID', type: 'string', primary: true, required: true },
  { key: 'agent_id', label: 'Agent ID', type: 'string', required: true },
  { key: 'name', label: 'Name', type: 'string', required: true },
  { key: 'status', label: 'Status', type: 'string' },
  { key: 'prompt', label: 'Prompt', type: 'string' },
  { key: 'voice_id', label: 'Voice ID', type: 'string' },
]

/** Makes a step's output from an agent. */
export function agentOutput(agent: Agent): AgentOutput {
  return {
    id: agent.agent_id,
    agent_id: agent.agent_id,
    name: agent.name ?? agent.agent_id,
    status: agent.status ?? null,
    prompt: agent.prompt ?? null,
    voice_id: agent.voice_id ?? null,
  }
}
