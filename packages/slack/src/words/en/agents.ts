import type { Text } from '../words.ts'

/** Agents: seen, and edited. */
export const agents = {
  'agents.title': 'Agents',
  'agents.none': 'There are no agents yet. Make one in the Movoice dashboard.',
  'agents.line': '*{name}* `{id}`{status}',
  'agents.more': '{count} more. Narrow it: `{umbrella} agents name`.',
  'agent.status.active': 'active',
  'agent.status.inactive': 'inactive',
  'agent.voice': '*Voice* {voice}',
  'agent.prompt': '*Prompt*\n{prompt}',
  'agent.edit': 'Edit',
  'agent.edit_title': 'Edit agent',
  'agent.prompt_label': 'Prompt',
  'agent.prompt_part': 'Prompt, part {part} of {parts}',
  'agent.voice_label': 'Voice id',
  'agent.review': 'Review',
  'agent.save': 'Save',
  'agent.diff_title': 'Save these changes?',
  'agent.diff_voice': 'Voice: ~{before}~ → *{after}*',
  'agent.no_change': 'Nothing was changed.',
  'agent.saved': ':white_check_mark: *{name}* was changed.',
  'agent.conflict':
    ':warning: *This agent was changed since you opened it.* This is what saving would change now: lines with a minus go, those of the other change too.',
  'agent.diff_cut': ':warning: The difference is longer than Slack shows. What is above is its beginning.',
  'agent.too_long': 'This prompt is too long to edit in Slack. Edit it in the Movoice dashboard.',
} as const satisfies Readonly<Record<string, Text>>
