import type { Bundle, Trigger, ZObject } from 'zapier-platform-core'
import { movoiceOf } from '../connection.ts'
import { explained } from '../errors.ts'
import { type AgentOutput, agentFields, agentOutput } from '../fields/agent-fields.ts'
import { agentSample } from '../samples.ts'

/** For the dropdowns of agents. Movoice gives all of them at once. */
async function perform(z: ZObject, bundle: Bundle): Promise<AgentOutput[]> {
  return explained(z, async () => {
    const agents: AgentOutput[] = []
    for await (const agent of movoiceOf(z, bundle).agents.list()) agents.push(agentOutput(agent))
    return agents.sort((one, other) => one.name.localeCompare(other.name))
  })
}

export const agentList: Trigger = {
  key: 'agent_list',
  noun: 'Agent',
  display: {
    label: 'Agent List',
    description: 'Triggers when a list of agents is needed for a dropdown.',
    hidden: true,
  },
  operation: { type: 'polling', outputFields: agentFields, perform, sample: { ...agentSample } },
}
