import type { PlainInputField, ZObject } from 'zapier-platform-core'

/** The agent of a step: a dropdown, with a search step on offer for ids that come from elsewhere. */
export const agentField: PlainInputField = {
  key: 'agent_id',
  label: 'Agent',
  type: 'string',
  required: true,
  dynamic: 'agent_list.id.name',
  search: 'find_agent.id',
  helpText: 'The voice agent that speaks. It must be active in Movoice.',
}

/** As {@link agentField}, where leaving it empty means any agent. */
export const anyAgentField: PlainInputField = {
  ...agentField,
  required: false,
  helpText: 'Leave it empty for calls by any agent.',
}

/** A date and time as Zapier hands it over (ISO 8601), in whole Unix seconds. */
export function unixTime(z: ZObject, label: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const time = typeof value === 'string' || typeof value === 'number' ? Date.parse(String(value)) : Number.NaN
  if (Number.isNaN(time)) {
    throw new z.errors.HaltedError(
      `${label} is not a date and time that can be read: use one such as 2026-01-31T15:00:00Z.`,
    )
  }
  return Math.floor(time / 1000)
}

/** A trimmed text, or `undefined` for none. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : text
}

/** A list field's values, whichever way they came: a list, one value, or values parted by commas. */
export function listOf(value: unknown): string[] {
  const parts = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : []
  return parts.flatMap((part: unknown) => textOf(part) ?? [])
}

/** A dictionary field's values as an agent's variables; nothing if it is empty. */
export function variablesOf(value: unknown): Record<string, string | number | boolean | null> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entries = Object.entries(value).filter(([key, item]) => key !== '' && item !== undefined)
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
