import type { INodeProperties } from 'n8n-workflow'
import { agentLocator, defaultCountry, phoneField, schedule, variableFields } from './shared.ts'

const show = { resource: ['batch'], operation: ['create'] }
const fromItems = { ...show, recipientsFrom: ['items'] }

export const batchOperations: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  displayOptions: { show: { resource: ['batch'] } },
  options: [
    {
      name: 'Create',
      value: 'create',
      description: 'Place many calls with one agent, in one request',
      action: 'Create a batch of calls',
    },
  ],
  default: 'create',
}

export const batchFields: INodeProperties[] = [
  agentLocator({ show }),
  {
    displayName: 'Recipients',
    name: 'recipientsFrom',
    type: 'options',
    noDataExpression: true,
    options: [
      {
        name: 'From Input Items',
        value: 'items',
        description: 'Each input item is one person to call; all of them make one batch',
      },
      { name: 'From JSON', value: 'json', description: 'One field holds the list of people to call' },
    ],
    default: 'items',
    displayOptions: { show },
  },
  phoneField({ show: fromItems }),
  ...variableFields(fromItems),
  {
    displayName: 'Recipients (JSON)',
    name: 'recipientsJson',
    type: 'json',
    required: true,
    default: '[]',
    placeholder: 'e.g. [{ "phone": "+919876543210", "variables": { "name": "Asha" } }]',
    description: 'A list of objects with phone and, if the agent needs them, variables',
    displayOptions: { show: { ...show, recipientsFrom: ['json'] } },
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    displayOptions: { show },
    options: [
      {
        displayName: 'Concurrency',
        name: 'concurrency',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: 1,
        description: 'How many calls of the batch may be in progress at once',
      },
      defaultCountry,
      ...schedule,
    ],
  },
]
