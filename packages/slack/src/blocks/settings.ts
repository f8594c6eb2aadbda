import type { KnownBlock, ModalView } from '@slack/types'
import type { Policy } from '../guards/policy.ts'
import type { WordKey } from '../words/en.ts'
import type { Words } from '../words/words.ts'
import { actions, button, clip, context, limits, option, plain, section } from './kit.ts'

/** A user group: `@sales`, and what it is called. */
export interface NamedGroup {
  readonly id: string
  readonly name: string
}

export interface SettingsParts {
  readonly policy: Policy
  /** How many numbers are on the do-not-call list. */
  readonly doNotCall: number
  readonly agentName: string | undefined
  /** Whether a Movoice key is kept for each workspace, and so is set here. */
  readonly ownKey: boolean
  /** The workspace's user groups as far as they are known by now; `unreadable`: the app may not read them. */
  readonly groups: readonly NamedGroup[] | 'unreadable'
  readonly memory?: string
}

const SWITCHES = [
  ['killSwitch', 'settings.kill_switch'],
  ['guests', 'settings.guests'],
  ['quickDial', 'settings.quick_dial'],
  ['batchQuestions', 'settings.batch_questions'],
  ['transcriptInThread', 'settings.transcript'],
] as const satisfies readonly (readonly [keyof Policy, WordKey])[]

/** How many a select of this form is opened with. */
const SELECTED = 100
/** Slack takes 100 blocks; what is not a list takes about thirty. */
const SELECTS = 15

/**
 * The ids of a list in as many selects as hold them, the last with room for more: block `id`, `id_2`, … A list too
 * long even for that is not cut: it is shown as a number, and kept.
 */
function selectsOf(ids: readonly string[]): string[][] {
  const parts: string[][] = []
  for (let at = 0; at < ids.length; at += SELECTED) parts.push(ids.slice(at, at + SELECTED))
  if (parts.length === 0 || (parts.at(-1)?.length ?? 0) === SELECTED) parts.push([])
  return parts
}

/** What of a list a form with {@link SELECTS} selects does not show, and so must not change. */
export const notShown = (ids: readonly string[]): readonly string[] => ids.slice(SELECTED * SELECTS)

/** Everything an admin decides, in one form. */
export function settingsView(parts: SettingsParts, words: Words): ModalView {
  const { policy, doNotCall, agentName, ownKey, groups, memory } = parts
  const label = (text: string) => plain(text, limits.label)
  const input = (id: string, key: WordKey, element: object, hint?: WordKey): KnownBlock =>
    ({
      type: 'input',
      block_id: id,
      optional: true,
      label: label(words.plain(key)),
      ...(hint !== undefined && { hint: label(words.plain(hint)) }),
      element: { action_id: id, ...element },
    }) as KnownBlock
  const lists = (
    id: string,
    key: WordKey,
    ids: readonly string[],
    element: (some: readonly string[]) => object,
    hint?: WordKey,
  ): KnownBlock[] => {
    const all = selectsOf(ids).slice(0, SELECTS)
    const rest = notShown(ids).length
    return [
      ...all.map((some, index): KnownBlock => {
        const block = input(index === 0 ? id : `${id}_${index + 1}`, key, element(some), hint)
        const part = words.plain('settings.part', {
          list: words.plain(key),
          part: index + 1,
          parts: all.length,
        })
        return all.length === 1 ? block : ({ ...block, label: label(part) } as KnownBlock)
      }),
      ...(rest === 0 ? [] : [context(words.mrkdwn('settings.rest', { count: rest }))]),
    ]
  }
  const people = (some: readonly string[]) => ({
    type: 'multi_users_select',
    ...(some.length > 0 && { initial_users: [...some] }),
  })
  const channels = (some: readonly string[]) => ({
    type: 'multi_conversations_select',
    filter: { include: ['public', 'private'] },
    ...(some.length > 0 && { initial_conversations: [...some] }),
  })
  const text = (value: string | null, max: number) => ({
    type: 'plain_text_input',
    max_length: max,
    ...(value !== null && value !== '' && { initial_value: clip(value, max) }),
  })
  const count = (value: number | null) => ({
    type: 'number_input',
    is_decimal_allowed: false,
    min_value: '0',
    ...(value !== null && { initial_value: String(value) }),
  })
  const time = (value: string | null) => ({
    type: 'timepicker',
    ...(value !== null && { initial_time: value }),
  })
  const switches = SWITCHES.map(([name, key]) => option(words.plain(key), name))
  const on = switches.filter((one) => policy[one.value as (typeof SWITCHES)[number][0]] === true)
  const languages = [
    option(words.plain('settings.language_auto'), 'auto'),
    option('English', 'en'),
    option('हिन्दी', 'hi'),
  ]
  const { callers } = policy
  return {
    type: 'modal',
    callback_id: 'settings_view',
    ...(memory !== undefined && { private_metadata: memory }),
    title: plain(words.plain('settings.title'), limits.title),
    submit: plain(words.plain('settings.save'), limits.submit),
    close: plain(words.plain('modal.close'), limits.submit),
    blocks: [
      input('switches', 'settings.switches', {
        type: 'checkboxes',
        options: switches,
        ...(on.length > 0 && { initial_options: on }),
      }),
      ...lists('users', 'settings.users', callers.users, people, 'settings.everyone'),
      ...groupBlocks(callers.groups, groups, lists, words),
      ...lists('channels', 'settings.channels', callers.channels, channels, 'settings.everyone'),
      input('quota_person', 'settings.quota_person', count(policy.quotaPerPerson)),
      input('quota_workspace', 'settings.quota_workspace', count(policy.quotaPerWorkspace)),
      input('from', 'settings.from', time(policy.callFrom), 'settings.hours_hint'),
      input('until', 'settings.until', time(policy.callUntil)),
      section(
        `*${words.mrkdwn('settings.do_not_call')}*\n${words.mrkdwn('dnc.count', { count: doNotCall })}`,
        button({ id: 'do_not_call_open', text: words.plain('confirm.edit') }),
      ),
      input('country', 'settings.country', text(policy.defaultCountry, 2), 'settings.country_hint'),
      input('agent', 'settings.default_agent', {
        type: 'external_select',
        action_id: 'agent_select',
        min_query_length: 0,
        ...(policy.defaultAgent !== null && {
          initial_option: option(agentName ?? policy.defaultAgent, policy.defaultAgent),
        }),
      }),
      ...lists('viewers', 'settings.viewers', policy.viewers, people),
      ...lists('admins', 'settings.admins', policy.admins, people),
      input('language', 'settings.language', {
        type: 'static_select',
        options: languages,
        initial_option: languages.find((one) => one.value === policy.language) ?? languages[0],
      }),
      input('support', 'settings.support', {
        type: 'url_text_input',
        ...(policy.supportUrl !== null && { initial_value: policy.supportUrl }),
      }),
      ...(ownKey ? [input('api_key', 'settings.api_key', text(null, 300), 'settings.api_key_hint')] : []),
      actions('audit', button({ id: 'audit_export', text: words.plain('settings.audit') })),
    ],
  }
}

/** User groups by name; where the app may not read them, only those that are set, to be taken off. */
function groupBlocks(
  chosen: readonly string[],
  groups: SettingsParts['groups'],
  lists: (
    id: string,
    key: WordKey,
    ids: readonly string[],
    element: (some: readonly string[]) => object,
    hint?: WordKey,
  ) => KnownBlock[],
  words: Words,
): KnownBlock[] {
  const named = (id: string) =>
    option(groups === 'unreadable' ? id : (groups.find((group) => group.id === id)?.name ?? id), id)
  if (groups !== 'unreadable')
    return lists(
      'groups',
      'settings.groups',
      chosen,
      (some) => ({
        type: 'multi_external_select',
        action_id: 'group_select',
        min_query_length: 0,
        ...(some.length > 0 && { initial_options: some.map(named) }),
      }),
      'settings.everyone',
    )
  const why = context(words.mrkdwn('settings.groups_unreadable'))
  if (chosen.length === 0) return [why]
  return [
    ...lists('groups', 'settings.groups', chosen, (some) => ({
      type: 'multi_static_select',
      options: (some.length > 0 ? some : ['—']).map(named),
      ...(some.length > 0 && { initial_options: some.map(named) }),
    })),
    why,
  ]
}
