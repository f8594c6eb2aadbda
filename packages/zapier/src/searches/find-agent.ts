import { isMovoiceError } from '@movoice-kit/core/client'
import type { Agent } from '@movoice-kit/core/contract'
import type { Bundle, Search, ZObject } from 'zapier-platform-core'
import { movoiceOf } from '../connection.ts'
import { explained } from '../errors.ts'
import { agentFields, agentOutput } from '../fields/agent-fields.ts'
import { textOf } from '../fields/input.ts'
import { agentSample } from '../samples.ts'

async function perform(z: ZObject, bundle: Bundle) {
  return explained(z, async () => {
    const id = textOf(bundle.inputData.agent_id)
    const name = textOf(bundle.inputData.name)
    if (id === undefined && name === undefined) {
      throw new z.errors.HaltedError('Give a Name or an Agent ID to search for.')
    }
    const movoice = movoiceOf(z, bundle)
    if (id !== undefined) {
      try {
        return [agentOutput(await movoice.agents.get(id))]
      } catch (error) {
        if (isMovoiceError(error) && error.status === 404) return []
        throw error
      }
    }
    const wanted = (name ?? '').toLowerCase()
    const exact: Agent[] = []
    const partial: Agent[] = []
    for await (const agent of movoice.agents.list()) {
      const called = (agent.name ?? '').toLowerCase()
      if (called === wanted) exact.push(agent)
      else if (called.includes(wanted)) partial.push(agent)
    }
    return [...exact, ...partial].map(agentOutput)
  })
}

export const findAgent: Search = {
  key: 'find_agent',
  noun: 'Agent',
  display: { label: 'Find Agent', description: 'Finds a Movoice agent by its name or ID.' },
  operation: {
    inputFields: [
      {
        key: 'name',
        label: 'Name',
        type: 'string',
        required: false,
        helpText: 'All or a part of it, in any case. An agent of exactly this name goes first.',
      },
      {
        key: 'agent_id',
        label: 'Agent ID',
        type: 'string',
        required: false,
        dynamic: 'agent_list.id.name',
        helpText: 'Where you know it; the name is then not looked at.',
      },
    ],
    outputFields: agentFields,
    perform,
    sample: { ...agentSample },
  },
}
