import type { Text } from '../words.ts'

/** The home, and help. */
export const home = {
  'home.title': 'Movoice calls',
  'home.call': 'Place a call',
  'home.batch': 'Call many people',
  'home.settings': 'Settings',
  'home.quota': 'You placed *{used}* of *{limit}* calls in the last 24 hours.',
  'home.quota_free': {
    one: 'You placed *{count}* call in the last 24 hours.',
    other: 'You placed *{count}* calls in the last 24 hours.',
  },
  'home.off': ':no_entry: *Calls are switched off* by an admin.',
  'home.recent': 'Your recent calls',
  'home.none': 'You have placed no calls yet.',
  'home.page': 'Calls {first}–{last} of {count}',
  'home.newer': 'Newer',
  'home.older': 'Older',
  'home.hours': 'Calls are placed from {from} to {until}, the time of the person who is called.',
  'home.support': '<{url}|Get help>',
  'home.help': 'Type `{call}` or `{umbrella} help` in any channel.',
  'home.key_missing': ':key: *No Movoice API key is set yet.* An admin can set it under Settings.',
  'help.text': [
    '*Place a call*',
    '`{call} +91 98765 43210 agent name="Asha Rao"` · asks first, then calls',
    '`{call}` · the form',
    '`{umbrella} batch` · everyone in a CSV file',
    '*Call this number*, in the menu of any message',
    '',
    '*Look*',
    '`{umbrella} status &lt;id&gt;` · one call',
    '`{umbrella} calls status=failed agent=… from=2026-11-01` · many calls',
    '`{umbrella} agents` · `{umbrella} agent &lt;id or name&gt;`',
    '',
    '*For admins*',
    '`{umbrella} settings` · who may call, quotas, hours, the do-not-call list',
  ].join('\n'),
} as const satisfies Readonly<Record<string, Text>>
