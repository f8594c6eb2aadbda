import type { KnownBlock, ModalView } from '@slack/types'
import type { Policy } from '../guards/policy.ts'
import type { WordKey } from '../words/en.ts'
import type { Words } from '../words/words.ts'
import { actions, button, clip, limits, option, plain } from './kit.ts'

export interface SettingsParts {
  readonly policy: Policy
  readonly doNotCall: readonly string[]
  readonly agentName: string | undefined
  /** Whether a Movoice key is kept for each workspace, and so is set here. */
  readonly ownKey: boolean
}

const SWITCHES = [
  ['killSwitch', 'settings.kill_switch'],
  ['guests', 'settings.guests'],
  ['quickDial', 'settings.quick_dial'],
  ['transcriptInThread', 'settings.transcript'],
] as const satisfies readonly (readonly [keyof Policy, WordKey])[]

/** Everything an admin decides, in one form. */
export function settingsView(
  { policy, doNotCall, agentName, ownKey }: SettingsParts,
  words: Words,
): ModalView {
  const label = (key: WordKey) => plain(words.plain(key), limits.label)
  const input = (id: string, key: WordKey, element: object, hint?: WordKey): KnownBlock =>
    ({
      type: 'input',
      block_id: id,
      optional: true,
      label: label(key),
      ...(hint !== undefined && { hint: label(hint) }),
      element: { action_id: id, ...element },
    }) as KnownBlock
  const people = (ids: readonly string[]) => ({
    type: 'multi_users_select',
    ...(ids.length > 0 && { initial_users: ids.slice(0, 100) }),
  })
  const text = (value: string | null, max: number, multiline = false) => ({
    type: 'plain_text_input',
    multiline,
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
  return {
    type: 'modal',
    callback_id: 'settings_view',
    title: plain(words.plain('settings.title'), limits.title),
    submit: plain(words.plain('settings.save'), limits.submit),
    close: plain(words.plain('modal.close'), limits.submit),
    blocks: [
      input('switches', 'settings.switches', {
        type: 'checkboxes',
        options: switches,
        ...(on.length > 0 && { initial_options: on }),
      }),
      input('users', 'settings.users', people(policy.callers.users), 'settings.everyone'),
      input('groups', 'settings.groups', text(policy.callers.groups.join(' '), 500), 'settings.everyone'),
      input(
        'channels',
        'settings.channels',
        {
          type: 'multi_conversations_select',
          filter: { include: ['public', 'private'] },
          ...(policy.callers.channels.length > 0 && {
            initial_conversations: policy.callers.channels.slice(0, 100),
          }),
        },
        'settings.everyone',
      ),
      input('quota_person', 'settings.quota_person', count(policy.quotaPerPerson)),
      input('quota_workspace', 'settings.quota_workspace', count(policy.quotaPerWorkspace)),
      input('from', 'settings.from', time(policy.callFrom), 'settings.hours_hint'),
      input('until', 'settings.until', time(policy.callUntil)),
      input(
        'do_not_call',
        'settings.do_not_call',
        text(doNotCall.slice(0, 200).join('\n'), 3000, true),
        'settings.do_not_call_hint',
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
      input('viewers', 'settings.viewers', people(policy.viewers)),
      input('admins', 'settings.admins', people(policy.admins)),
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
