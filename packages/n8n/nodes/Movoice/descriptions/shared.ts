import type { IDisplayOptions, INodeProperties } from 'n8n-workflow'

export const agentLocator = (displayOptions: IDisplayOptions): INodeProperties => ({
  displayName: 'Agent',
  name: 'agentId',
  type: 'resourceLocator',
  required: true,
  default: { mode: 'list', value: '' },
  description: 'The Movoice agent that talks',
  displayOptions,
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: 'Select an agent…',
      typeOptions: { searchListMethod: 'searchAgents', searchable: true, searchFilterRequired: false },
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. agent_clinic',
      validation: [
        {
          type: 'regex',
          properties: { regex: '.*\\S.*', errorMessage: 'Enter the agent’s ID, such as agent_clinic' },
        },
      ],
    },
  ],
})

export const phoneField = (displayOptions: IDisplayOptions): INodeProperties => ({
  displayName: 'Phone Number',
  name: 'recipientPhone',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. +91 98765 43210',
  description: 'The number to call, with its country code. Spaces, brackets and dashes are fine.',
  displayOptions,
})

/** Variables as rows of name and value, or as JSON. */
export const variableFields = (show: NonNullable<IDisplayOptions['show']>): INodeProperties[] => [
  {
    displayName: 'Specify Variables',
    name: 'specifyVariables',
    type: 'options',
    noDataExpression: true,
    options: [
      { name: 'Using Fields Below', value: 'fields' },
      { name: 'Using JSON', value: 'json' },
    ],
    default: 'fields',
    description: 'How to give the values that the agent’s prompt uses',
    displayOptions: { show },
  },
  {
    displayName: 'Variables',
    name: 'variables',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add Variable',
    default: {},
    description: 'Values put into the agent’s prompt in place of their names in double braces',
    displayOptions: { show: { ...show, specifyVariables: ['fields'] } },
    options: [
      {
        displayName: 'Variable',
        name: 'variable',
        values: [
          {
            displayName: 'Name',
            name: 'name',
            type: 'string',
            default: '',
            placeholder: 'e.g. customer_name',
          },
          { displayName: 'Value', name: 'value', type: 'string', default: '', placeholder: 'e.g. Asha' },
        ],
      },
    ],
  },
  {
    displayName: 'Variables (JSON)',
    name: 'variablesJson',
    type: 'json',
    default: '{}',
    placeholder: 'e.g. { "customer_name": "Asha", "amount_due": 1200 }',
    description: 'An object of names and values',
    displayOptions: { show: { ...show, specifyVariables: ['json'] } },
  },
]

export const defaultCountry: INodeProperties = {
  displayName: 'Default Country',
  name: 'defaultCountry',
  type: 'string',
  default: '',
  placeholder: 'e.g. IN',
  description:
    'Two-letter code of the country that numbers without a country code are in. Without it, such numbers are refused rather than guessed.',
}

export const schedule: INodeProperties[] = [
  {
    displayName: 'Schedule At',
    name: 'scheduleAt',
    type: 'dateTime',
    default: '',
    description: 'When to place the call; within 30 seconds of that time. At once if empty.',
  },
  {
    displayName: 'Time Zone',
    name: 'timezone',
    type: 'string',
    default: '',
    placeholder: 'e.g. Asia/Kolkata',
    description: 'The zone that Schedule At is in, unless it names one itself. The workflow’s zone if empty.',
  },
]

export const callOptions = (displayOptions: IDisplayOptions): INodeProperties => ({
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  displayOptions,
  options: [
    defaultCountry,
    {
      displayName: 'From Number',
      name: 'fromNumber',
      type: 'string',
      default: '',
      placeholder: 'e.g. +91 80 4567 8900',
      description: 'A number that your Movoice account owns, shown to the person called',
    },
    {
      displayName: 'Max Duration (Seconds)',
      name: 'maxDuration',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 1800,
      description: 'The longest the call may last',
    },
    {
      displayName: 'Resume By',
      name: 'resumeBy',
      type: 'options',
      options: [
        {
          name: 'Automatic',
          value: 'auto',
          description: 'By the hooks server if the credential has one, else by polling',
        },
        { name: 'Polling', value: 'poll', description: 'Keep the execution running and look at the call' },
      ],
      default: 'auto',
      description: 'How the node learns that a call is over',
      displayOptions: { show: { '/operation': ['createAndWait'] } },
    },
    ...schedule,
  ],
})

export const limitFields = (show: NonNullable<IDisplayOptions['show']>): INodeProperties[] => [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
    displayOptions: { show },
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 50,
    description: 'Max number of results to return',
    displayOptions: { show: { ...show, returnAll: [false] } },
  },
]

export const simplifyField = (displayOptions: IDisplayOptions): INodeProperties => ({
  displayName: 'Simplify',
  name: 'simplify',
  type: 'boolean',
  default: true,
  description: 'Whether to return a simplified version of the response instead of the raw data',
  displayOptions,
})
