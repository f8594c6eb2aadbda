import type { INodeProperties } from 'n8n-workflow'

export const triggerProperties: INodeProperties[] = [
  {
    displayName: 'Receive By',
    name: 'mode',
    type: 'options',
    noDataExpression: true,
    options: [
      {
        name: 'Webhook',
        value: 'webhook',
        description: 'Movoice, or your hooks server, calls this node the moment something happens',
      },
      {
        name: 'Polling',
        value: 'poll',
        description: 'Look at the list of calls every few minutes; works behind a firewall',
      },
    ],
    default: 'webhook',
  },
  {
    displayName:
      'With a hooks server in the credential this node registers itself. Without one, copy the Production URL above into the Movoice dashboard, under Settings → Webhooks, and the secret shown there into the credential: Movoice has no other way to add a webhook.',
    name: 'webhookNotice',
    type: 'notice',
    default: '',
    displayOptions: { show: { mode: ['webhook'] } },
  },
  {
    displayName: 'Events',
    name: 'events',
    type: 'multiOptions',
    required: true,
    options: [
      { name: 'Action Triggered', value: 'action.triggered', description: 'The agent used one of its tools' },
      { name: 'Any Event', value: '*', description: 'Also those Movoice may add one day' },
      { name: 'Call Completed', value: 'call.completed', description: 'A call that was answered is over' },
      {
        name: 'Call Failed',
        value: 'call.failed',
        description: 'Nobody answered, the line was busy, or the call could not be made',
      },
      { name: 'Call Started', value: 'call.started', description: 'The phone was picked up' },
      {
        name: 'Transfer Initiated',
        value: 'transfer.initiated',
        description: 'The agent passes the caller on to a person',
      },
    ],
    default: ['call.completed', 'call.failed'],
    description: 'What starts the workflow',
    displayOptions: { show: { mode: ['webhook'] } },
  },
  {
    displayName: 'Events',
    name: 'events',
    type: 'multiOptions',
    required: true,
    options: [
      { name: 'Call Completed', value: 'call.completed', description: 'A call that was answered is over' },
      {
        name: 'Call Failed',
        value: 'call.failed',
        description: 'Nobody answered, the line was busy, or the call could not be made',
      },
    ],
    default: ['call.completed', 'call.failed'],
    description: 'What starts the workflow',
    displayOptions: { show: { mode: ['poll'] } },
  },
  {
    displayName: 'Look Every (Minutes)',
    name: 'pollMinutes',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 1440 },
    default: 5,
    description: 'How long it may take until the workflow learns of a call’s end',
    displayOptions: { show: { mode: ['poll'] } },
  },
  {
    displayName: 'Simplify',
    name: 'simplify',
    type: 'boolean',
    default: true,
    description: 'Whether to return a simplified version of the response instead of the raw data',
  },
  {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    options: [
      {
        displayName: 'Agent ID',
        name: 'agentId',
        type: 'string',
        default: '',
        placeholder: 'e.g. agent_clinic',
        description: 'Only calls of this agent; several are parted by commas',
      },
      {
        displayName: 'Minimum Duration (Seconds)',
        name: 'minDuration',
        type: 'number',
        typeOptions: { minValue: 0 },
        default: 0,
        description: 'Only calls that lasted this long or longer',
      },
      {
        displayName: 'Outcome',
        name: 'outcome',
        type: 'string',
        default: '',
        placeholder: 'e.g. BOOKED, CALLBACK',
        description: 'Only calls with this outcome; several are parted by commas',
      },
      {
        displayName: 'Sentiment',
        name: 'sentiment',
        type: 'multiOptions',
        options: [
          { name: 'Negative', value: 'negative' },
          { name: 'Neutral', value: 'neutral' },
          { name: 'Positive', value: 'positive' },
        ],
        default: [],
        description: 'Only calls in which the person sounded like this',
      },
    ],
  },
]
