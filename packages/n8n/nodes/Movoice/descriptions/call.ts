import type { INodeProperties } from 'n8n-workflow'
import {
  agentLocator,
  callOptions,
  limitFields,
  phoneField,
  simplifyField,
  variableFields,
} from './shared.ts'

const show = (operation: string[]) => ({ show: { resource: ['call'], operation } })
const PLACES = ['create', 'createAndWait']

export const callOperations: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  displayOptions: { show: { resource: ['call'] } },
  options: [
    {
      name: 'Create',
      value: 'create',
      description: 'Place a phone call and go on at once',
      action: 'Create a call',
    },
    {
      name: 'Create and Wait',
      value: 'createAndWait',
      description: 'Place a phone call and go on with its transcript, summary and outcome when it is over',
      action: 'Create a call and wait for its result',
    },
    {
      name: 'Download Recording',
      value: 'downloadRecording',
      description: 'Get the recording of a call as a file',
      action: 'Download the recording of a call',
    },
    {
      name: 'Get',
      value: 'get',
      description: 'Get a call with its transcript, summary and outcome',
      action: 'Get a call',
    },
    {
      name: 'Get Many',
      value: 'getAll',
      description: 'List calls, filtered by status, agent and time',
      action: 'Get many calls',
    },
  ],
  default: 'create',
}

export const callFields: INodeProperties[] = [
  {
    displayName:
      'With a hooks server in the credential the execution sleeps until the call ends. Without one it stays running and looks at the call every few seconds.',
    name: 'waitNotice',
    type: 'notice',
    default: '',
    displayOptions: show(['createAndWait']),
  },
  agentLocator(show(PLACES)),
  phoneField(show(PLACES)),
  ...variableFields({ resource: ['call'], operation: PLACES }),
  {
    displayName: 'Wait at Most (Minutes)',
    name: 'waitMinutes',
    type: 'number',
    typeOptions: { minValue: 0.01 },
    default: 35,
    description:
      'When the time is over, the call comes out as it is then, with timedOut set to true. A call may last 30 minutes.',
    displayOptions: show(['createAndWait']),
  },
  callOptions(show(PLACES)),
  {
    displayName: 'Call ID',
    name: 'callId',
    type: 'string',
    required: true,
    default: '',
    placeholder: 'e.g. call_8f2k1',
    description: 'The call_id that placing the call returned',
    displayOptions: show(['get', 'downloadRecording']),
  },
  {
    displayName: 'Put Output File in Field',
    name: 'binaryPropertyName',
    type: 'string',
    required: true,
    default: 'data',
    hint: 'The name of the output binary field to put the file in',
    displayOptions: show(['downloadRecording']),
  },
  ...limitFields({ resource: ['call'], operation: ['getAll'] }),
  simplifyField(show(['get', 'getAll'])),
  {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    displayOptions: show(['getAll']),
    options: [
      {
        displayName: 'Agent ID',
        name: 'agentId',
        type: 'string',
        default: '',
        placeholder: 'e.g. agent_clinic',
        description: 'Only calls of this agent',
      },
      {
        displayName: 'Placed After',
        name: 'from',
        type: 'dateTime',
        default: '',
        description: 'Only calls placed at this time or later',
      },
      {
        displayName: 'Placed Before',
        name: 'to',
        type: 'dateTime',
        default: '',
        description: 'Only calls placed at this time or earlier',
      },
      {
        displayName: 'Status',
        name: 'status',
        type: 'options',
        options: [
          { name: 'Active', value: 'active' },
          { name: 'Completed', value: 'completed' },
          { name: 'Failed', value: 'failed' },
        ],
        default: 'completed',
        description: 'Only calls with this status',
      },
    ],
  },
]
