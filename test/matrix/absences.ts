/** What a door does not show, on purpose. What is missing and not here is a fault, and so is what is here and shown. */
export interface Absence {
  readonly doors: readonly string[]
  /** Ids of rows; `*` stands for anything. */
  readonly rows: readonly string[]
  /** Why, in a sentence that a reader of the README understands. */
  readonly because: string
}

export const absences: readonly Absence[] = [
  {
    doors: ['hooks'],
    rows: ['calls.*', 'agents.*'],
    because: 'The relay tells what happened to calls; it places none and changes nothing.',
  },
  {
    doors: ['hooks'],
    rows: [
      'error 4*',
      'error 500',
      'error ConnectionError',
      'error TimeoutError',
      'error AbortedError',
      'error UnexpectedResponseError',
      'error OutcomeUnknownError',
      'error BatchError',
      'error ValidationError',
    ],
    because:
      'These are answers to requests that only the other doors send; a failed call is the event `call.failed`.',
  },
  {
    doors: ['n8n', 'zapier', 'slack'],
    rows: ['calls.list < offset'],
    because: 'Pages are turned by the door itself.',
  },
  {
    doors: ['zapier'],
    rows: ['calls.list < limit'],
    because: 'A search gives its best matches, up to 20: Zapier uses the first.',
  },
  {
    doors: ['cli'],
    rows: ['calls.createBatch*'],
    because:
      '`movoice batch` places a file’s calls one by one, so that a run that was cut off goes on without a second ring.',
  },
  {
    doors: ['sandbox'],
    rows: ['event > *', 'event [any]'],
    because:
      'The sandbox sends what Movoice sends; the one shape of all events is made by the doors that receive it.',
  },
  {
    doors: ['sandbox'],
    rows: ['error AbortedError', 'error ValidationError'],
    because: 'It happens in the client, before anything is sent.',
  },
  {
    doors: ['slack'],
    rows: ['calls.list > *'],
    because: 'A call in a list is one line; `/movoice status <id>` shows the rest.',
  },
  {
    doors: ['slack'],
    rows: [
      'calls.get > from_number',
      'calls.get > direction',
      'calls.get > schedule_at',
      'calls.get > ended_at',
      'event > direction',
      'event > occurred_at',
    ],
    because:
      'A card says whom an agent called, when and for how long; a call’s own number and direction are the same for all.',
  },
  {
    doors: ['slack'],
    rows: ['calls.get > transcript_url', 'event > transcript_url'],
    because: 'The transcript is shown in Slack itself, to those who may see it.',
  },
  {
    doors: ['slack'],
    rows: ['calls.createBatch > batch_id'],
    because: 'A batch is followed on its card; its id is in the name of the results’ file.',
  },
  {
    doors: ['slack'],
    rows: ['agents.list > prompt', 'agents.list > voice_id'],
    because: 'An agent in a list is one line; `/movoice agent <id>` shows the rest.',
  },
  {
    doors: ['slack'],
    rows: [
      'event > id',
      'event > agent_id',
      'event > action_parameters',
      'event > source',
      'event > raw',
      'event [any]',
    ],
    because: 'People are shown what it means: the agent’s name, the action’s name, where the call stands.',
  },
  {
    doors: ['slack'],
    rows: ['error AbortedError', 'error BatchError', 'error SignatureError'],
    because:
      'It cannot come about there: nothing is stopped half-way, a file has no more rows than one batch, and webhooks come by the relay.',
  },
  {
    doors: ['mcp'],
    rows: ['calls.list > summary', 'calls.list > transcript', 'agents.list > prompt'],
    because: 'A list is kept short for the model that reads it; `get_call` and `get_agent` have the rest.',
  },
  {
    doors: ['mcp'],
    rows: ['event *', 'error SignatureError'],
    because: 'An assistant asks, and is not told: `wait_for_call` and `get_call` say what an event would.',
  },
]
