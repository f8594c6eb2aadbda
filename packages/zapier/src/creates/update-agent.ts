import type { UpdateAgentInput } from '@movoice-kit/core/contract'
import type { Bundle, Create, PlainInputField, ZObject } from 'zapier-platform-core'
import { movoiceOf } from '../connection.ts'
import { explained } from '../errors.ts'
import { agentFields, agentOutput } from '../fields/agent-fields.ts'
import { agentField, textOf, variablesOf } from '../fields/input.ts'
import { agentSample } from '../samples.ts'

const inputFields: PlainInputField[] = [
  { ...agentField, helpText: 'The voice agent to change. Its next calls use what you set here.' },
  {
    key: 'prompt',
    label: 'Prompt',
    type: 'text',
    required: false,
    helpText: 'What the agent is told to do. Write `{{name}}` where a variable of the call goes.',
  },
  {
    key: 'voice_id',
    label: 'Voice ID',
    type: 'string',
    required: false,
    dynamic: 'voice_list.id.name',
    helpText:
      'The voices your agents use now; any other of Movoice, such as `sarvam_hindi_female_01`, can be typed in.',
  },
  {
    key: 'other_fields',
    label: 'Other Fields',
    dict: true,
    required: false,
    helpText:
      'Other settings of the agent, passed on to Movoice as they are. Numbers, `true`, `false` and JSON are read as such.',
  },
]

async function perform(z: ZObject, bundle: Bundle) {
  return explained(z, async () => {
    const { agent_id, prompt, voice_id, other_fields } = bundle.inputData
    const patch: UpdateAgentInput = {
      ...Object.fromEntries(
        Object.entries(variablesOf(other_fields) ?? {}).map(([key, value]) => [key, readValue(value)]),
      ),
      ...(textOf(prompt) !== undefined && { prompt: String(prompt) }),
      ...(textOf(voice_id) !== undefined && { voice_id: String(voice_id) }),
    }
    return agentOutput(await movoiceOf(z, bundle).agents.update(String(agent_id ?? ''), patch))
  })
}

/** A dictionary field gives text only; what is JSON was meant as such. */
function readValue(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

export const updateAgent: Create = {
  key: 'update_agent',
  noun: 'Agent',
  display: {
    label: 'Update Agent',
    description: 'Changes the prompt, the voice or other settings of a Movoice agent.',
  },
  operation: { inputFields, outputFields: agentFields, perform, sample: { ...agentSample } },
}
