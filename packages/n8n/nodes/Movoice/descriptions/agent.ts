import type { INodeProperties } from 'n8n-workflow'
import { agentLocator, limitFields } from './shared.ts'

const show = (operation: string[]) => ({ show: { resource: ['agent'], operation } })

export const agentOperations: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  displayOptions: { show: { resource: ['agent'] } },
  options: [
    {
      name: 'Get',
      value: 'get',
      description: 'Get an agent with its configuration',
      action: 'Get an agent',
    },
    { name: 'Get Many', value: 'getAll', description: 'List agents', action: 'Get many agents' },
    {
      name: 'Update',
      value: 'update',
      description: 'Change an agent’s prompt or voice',
      action: 'Update an agent',
    },
  ],
  default: 'get',
}

export const agentFields: INodeProperties[] = [
  agentLocator(show(['get', 'update'])),
  ...limitFields({ resource: ['agent'], operation: ['getAll'] }),
  {
    displayName: 'Update Fields',
    name: 'updateFields',
    type: 'collection',
    placeholder: 'Add Field',
    default: {},
    displayOptions: show(['update']),
    options: [
      {
        displayName: 'Additional Fields (JSON)',
        name: 'additionalFields',
        type: 'json',
        default: '{}',
        description: 'An object of other fields of the agent, passed on as they are',
      },
      {
        displayName: 'Prompt',
        name: 'prompt',
        type: 'string',
        typeOptions: { rows: 5 },
        default: '',
        description: 'What the agent is told to do. Replaces the old prompt.',
      },
      {
        displayName: 'Voice ID',
        name: 'voiceId',
        type: 'string',
        default: '',
        placeholder: 'e.g. sarvam_hindi_female_01',
        description: 'The voice that the agent speaks with',
      },
    ],
  },
]
