export type Speaker = 'agent' | 'user'

/** A little conversation. `{{name}}` and other variables of the call are put in; one it lacks gets a neutral word. */
export interface Story {
  readonly outcome: 'BOOKED' | 'CALLBACK' | 'REFUSED'
  readonly sentiment: 'positive' | 'neutral' | 'negative'
  readonly summary: string
  readonly turns: readonly (readonly [Speaker, string])[]
}

const stories: readonly Story[] = [
  {
    outcome: 'BOOKED',
    sentiment: 'positive',
    summary: '{{name}} took the appointment on Thursday at 10:30 and asked for a reminder by text message.',
    turns: [
      ['agent', 'Hello, is this {{name}}? I am calling from {{business}}.'],
      ['user', 'Yes, speaking. Hello!'],
      ['agent', 'I am calling to find a time for your visit. Would Thursday at 10:30 suit you?'],
      ['user', 'Thursday… let me look. Yes, 10:30 is fine.'],
      ['agent', 'Lovely, Thursday at 10:30 it is. Shall I send you a reminder by text message?'],
      ['user', 'Oh yes, please, that would help.'],
      ['agent', 'Done. See you on Thursday, then. Have a good day!'],
      ['user', 'Thank you, you too. Bye!'],
    ],
  },
  {
    outcome: 'BOOKED',
    sentiment: 'positive',
    summary: '{{name}} could not come on Tuesday and booked Friday at 16:00 instead.',
    turns: [
      ['agent', 'Good day! Am I speaking with {{name}}?'],
      ['user', 'That is me. Who is calling?'],
      ['agent', '{{business}}. You had asked us for a visit next week; I could offer Tuesday at nine.'],
      ['user', 'Tuesday I am travelling, sorry.'],
      ['agent', 'No trouble at all. What about Friday, at four in the afternoon?'],
      ['user', 'Friday at four works. Perfect.'],
      ['agent', 'Then Friday at 16:00 is yours. Anything else I can do for you?'],
      ['user', 'No, that was quick. Thanks a lot!'],
    ],
  },
  {
    outcome: 'BOOKED',
    sentiment: 'positive',
    summary: '{{name}} booked Monday at 18:15 after asking about parking.',
    turns: [
      ['agent', 'Hello {{name}}, this is the assistant of {{business}}. Have you got a minute?'],
      ['user', 'Sure, a minute I have.'],
      ['agent', 'We have an evening slot free on Monday, a quarter past six. Shall I keep it for you?'],
      ['user', 'Is there somewhere to park?'],
      ['agent', 'Yes, behind the house, and it is free after six.'],
      ['user', 'Great, then book me in.'],
      ['agent', 'Monday at 18:15, booked. We look forward to seeing you!'],
      ['user', 'Wonderful, thanks. Goodbye.'],
    ],
  },
  {
    outcome: 'CALLBACK',
    sentiment: 'neutral',
    summary: '{{name}} was driving and asked to be called again after six in the evening.',
    turns: [
      ['agent', 'Hello, am I speaking with {{name}}?'],
      ['user', 'Yes, but I am in the car right now.'],
      ['agent', 'Then I will be brief: when may I call you again?'],
      ['user', 'After six in the evening would be better.'],
      ['agent', 'After six, noted. Drive safely!'],
      ['user', 'Thanks, talk later.'],
    ],
  },
  {
    outcome: 'CALLBACK',
    sentiment: 'neutral',
    summary: '{{name}} wants to ask at home first and would like a call next Wednesday morning.',
    turns: [
      ['agent', 'Good morning, {{name}}, this is {{business}} calling.'],
      ['user', 'Good morning. What is it about?'],
      ['agent', 'About the visit you asked for. I could book it for you right away.'],
      ['user', 'I have to ask at home first which day is possible.'],
      ['agent', 'Of course. May I call you again next Wednesday morning?'],
      ['user', 'Wednesday morning is good, yes.'],
      ['agent', 'Then until Wednesday. Have a nice day!'],
      ['user', 'Likewise, goodbye.'],
    ],
  },
  {
    outcome: 'REFUSED',
    sentiment: 'negative',
    summary: '{{name}} is not interested and asked not to be called again.',
    turns: [
      ['agent', 'Hello, is this {{name}}? I am calling from {{business}}.'],
      ['user', 'I told you people last week: I am not interested.'],
      ['agent', 'I am sorry for the trouble. I will note that you do not wish to be called.'],
      ['user', 'Please do. And take me off that list.'],
      ['agent', 'I have. Excuse the interruption, goodbye.'],
      ['user', 'Goodbye.'],
    ],
  },
  {
    outcome: 'REFUSED',
    sentiment: 'neutral',
    summary: '{{name}} has already found another place and needs no appointment.',
    turns: [
      ['agent', 'Good day, {{name}}, this is the assistant of {{business}}.'],
      ['user', 'Hello.'],
      ['agent', 'I am calling about your request for a visit. Shall I look for a time?'],
      ['user', 'That is kind, but I went somewhere else in the meantime. I do not need it any more.'],
      ['agent', 'I understand. Then I close the request. Thank you for telling us!'],
      ['user', 'Sure. All the best.'],
    ],
  },
]

const byOutcome: Readonly<Record<Story['outcome'], readonly Story[]>> = {
  BOOKED: stories.filter(({ outcome }) => outcome === 'BOOKED'),
  CALLBACK: stories.filter(({ outcome }) => outcome === 'CALLBACK'),
  REFUSED: stories.filter(({ outcome }) => outcome === 'REFUSED'),
}

export const storiesOf = (outcome: Story['outcome']): readonly Story[] => byOutcome[outcome]
