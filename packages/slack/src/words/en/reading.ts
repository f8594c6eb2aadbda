import type { Text } from '../words.ts'

/** What could not be read, kindly, with how it is written. */
export const reading = {
  'read.no_number': ':wave: *I found no phone number.* {usage}',
  'read.no_country':
    ':earth_asia: *{at} has no country code*, and I do not guess. Write it with + and the country, such as `+91 98765 43210`.',
  'read.short_number':
    ':rotating_light: *{at} is an emergency or service number* and is never dialled from here. If somebody is in danger, call from your own phone now.',
  'read.several_numbers':
    ':wave: *There is more than one number.* One call, one number; for many people use `{umbrella} batch`.',
  'read.ambiguous_number':
    ':wave: *I cannot tell where the number ends:* `{at}`. Write the agent as `agent="…"`, or the number without spaces.',
  'read.mention': ':wave: *I cannot phone {at}:* I need a phone number, such as `+91 98765 43210`.',
  'read.unclosed_quote': ':wave: *A quote is not closed* at `{at}`. Close it, or leave it out.',
  'read.loose_word':
    ':wave: *I do not know what `{at}` belongs to.* Did you mean `{suggestion}`? The agent comes before the first `key=value`.',
  'read.repeated_key': ':wave: *`{at}` is there twice.* Keep one.',
  'read.empty_value': ':wave: *`{at}=` has no value.* Write `{at}=something`, or leave it out.',
  'read.several_agents': ':wave: *There is more than one agent.* Name one.',
  'read.extension':
    ':wave: *{at} is an extension, which cannot be dialled.* Call the main number {suggestion} and say it as a variable.',
  'read.unknown_country': ':wave: *No country has the code that {at} begins with.* Check the first digits.',
  'read.too_short': ':wave: *{at} is too short* to be a phone number.',
  'read.too_long': ':wave: *{at} is too long* to be a phone number.',
  'read.impossible': ':wave: *{at} has a wrong number of digits* for its country. Check it.',
  'read.not_a_number': ':wave: *{at} is not a phone number.* {usage}',
  'read.empty': ':wave: {usage}',
  'read.usage': 'Write `{call} +91 98765 43210 agent name="Asha Rao"`, or `{call}` alone for a form.',
  'read.agent_unknown': ':wave: *There is no agent “{agent}”.* {near}',
  'read.agent_near': 'Did you mean {names}?',
  'read.agent_none': 'See the agents with `{umbrella} agents`.',
  'read.agent_several': ':wave: *More than one agent is called “{agent}”:* {names}. Use the id.',
  'read.filter_unknown':
    ':wave: *I do not know the filter `{at}`.* There are: `status`, `agent`, `from`, `to`, `limit`.',
  'read.filter_bad': ':wave: *`{at}` cannot be read.* Dates are written `2026-11-25`, the limit is 1 to 50.',
  'read.unknown_verb': ':wave: *I do not know `{at}`.* Here is what I do:',
  'read.id_missing': ':wave: *Which one?* Write `{umbrella} {verb} &lt;id&gt;`.',
} as const satisfies Readonly<Record<string, Text>>
