import type { Text } from '../words.ts'

/** What is asked before a phone rings, and why not to call. */
export const asking = {
  'confirm.title': 'Place this call?',
  'confirm.number': '*{number}*',
  'confirm.country': '{country}',
  'confirm.time': 'It is *{time}* there',
  'confirm.times': 'It is between *{first}* and *{last}* there, depending on the place',
  'confirm.time_then': 'It will be *{time}* there',
  'confirm.times_then': 'It will be between *{first}* and *{last}* there, depending on the place',
  'confirm.time_unknown': 'The local time there is not known',
  'confirm.agent': 'Agent *{agent}*',
  'confirm.from': 'From: {number}',
  'confirm.max': 'At most {minutes} min',
  'confirm.schedule': 'At {when}, your time',
  'confirm.variables': 'With: {list}',
  'confirm.call': 'Call',
  'confirm.call_anyway': 'Call anyway',
  'confirm.edit': 'Change',
  'confirm.cancel': 'Cancel',
  'confirm.cancelled': 'Cancelled. Nobody was called.',
  'confirm.placing': 'On it: the call’s card is in {where}.',
  'confirm.expired': 'This question is too old to answer. Ask again with `{call}`.',
  'confirm.already': 'This was answered already: no second call was placed.',
  'ask.recent': ':repeat: *This number was called {seconds} s ago.* Call it again?',
  'ask.unknown_zone':
    ':clock3: *The local time of this number is not certain*, so it may be outside your calling hours ({from} to {until}). Call all the same?',
  'ask.doubtful':
    ':grey_question: *This number is in no range known to be in use* in its country. Is every digit right?',
  'refuse.kill_switch':
    ':no_entry: *Calls are switched off* in this workspace. An admin can switch them on under `{umbrella} settings`.',
  'refuse.guest':
    ':no_entry: *Guests cannot place calls* in this workspace. Ask a member, or an admin to allow it.',
  'refuse.guest_looks':
    ':no_entry: *Guests cannot look at calls and agents* in this workspace. Ask a member, or an admin to allow it.',
  'refuse.not_a_caller':
    ':no_entry: *You are not among the people who may place calls* here. An admin can add you under `{umbrella} settings`.',
  'refuse.wrong_channel':
    ':no_entry: *Calls are not placed from here.* Use one of the channels your admins chose: {channels}.',
  'refuse.emergency':
    ':rotating_light: *Emergency numbers are never dialled from here.* If somebody is in danger, call from your own phone now.',
  'refuse.premium':
    ':no_entry: *{number} is a premium or satellite number* and is never dialled. Use an ordinary number of the same person.',
  'refuse.do_not_call':
    ':no_entry: *{number} is on your do-not-call list.* An admin can take it off under `{umbrella} settings`.',
  'refuse.quota_person': {
    one: ':no_entry: *You have used your {count} call of 24 hours.* Try later, or ask an admin for more.',
    other: ':no_entry: *You have used your {count} calls of 24 hours.* Try later, or ask an admin for more.',
  },
  'refuse.quota_workspace': {
    one: ':no_entry: *This workspace has used its {count} call of 24 hours.* Try later, or ask an admin for more.',
    other:
      ':no_entry: *This workspace has used its {count} calls of 24 hours.* Try later, or ask an admin for more.',
  },
  'refuse.quiet_hours':
    ':zzz: *It is {time} where {number} is.* Calls are placed from {from} to {until} there. Schedule it for then, with `{call}` alone.',
  'refuse.not_admin': ':no_entry: *Only admins can do this.* Ask an admin of this workspace.',
  'refuse.not_viewer_again':
    ':lock: *Calling again shows the number*, which only the caller, admins and viewers may see. Ask one of them, or an admin to add you to the viewers.',
  'refuse.not_viewer':
    ':lock: *Only the caller, admins and viewers can see this.* Ask an admin to add you to the viewers.',
} as const satisfies Readonly<Record<string, Text>>
