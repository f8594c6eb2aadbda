import type { CallRecord } from './call-record.ts'
import type { Speaker, Story } from './stories.ts'

export interface Turn {
  readonly role: Speaker
  readonly text: string
  /** Seconds after the answer. */
  readonly time: number
}

/** What people say in a second, and the breath they take before an answer. */
const CHARACTERS_PER_SECOND = 14
const PAUSE_SECONDS = 1

/** Words for variables that a call does not have. */
const NEUTRAL: Readonly<Record<string, string>> = { name: 'there', business: 'Lotus Dental Clinic' }
/** Variables the stories already speak of. */
const SPOKEN = new Set(['name', 'business'])

/** Everything that would be said in a call if nothing cut it off. */
export function turnsOf(
  call: Pick<CallRecord, 'variables'>,
  story: Story,
): { turns: Turn[]; seconds: number } {
  const lines = [...story.turns]
  const facts = factsOf(call.variables)
  if (facts !== '')
    lines.splice(
      2,
      0,
      ['agent', `I have this noted here: ${facts}. Is that right?`],
      ['user', 'Yes, that is right.'],
    )
  let time = 0
  const turns = lines.map(([role, line]) => {
    const text = fill(line, call.variables)
    const turn: Turn = { role, text, time }
    time += Math.ceil(text.length / CHARACTERS_PER_SECOND) + PAUSE_SECONDS
    return turn
  })
  return { turns, seconds: time }
}

export const summaryOf = (call: Pick<CallRecord, 'variables'>, story: Story): string =>
  fill(story.summary, call.variables).replace(/^there /, 'The person ')

function fill(text: string, variables: CallRecord['variables']): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => {
    const value = variables !== undefined && Object.hasOwn(variables, name) ? variables[name] : undefined
    return value === undefined || value === null || value === '' ? (NEUTRAL[name] ?? '') : String(value)
  })
}

function factsOf(variables: CallRecord['variables']): string {
  return Object.entries(variables ?? {})
    .filter(([name, value]) => !SPOKEN.has(name) && value !== null && value !== '')
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${String(value)}`)
    .join(', ')
}
