import type { KnownBlock, ModalView } from '@slack/types'
import type { Request } from '../calls/model.ts'
import type { Entry } from '../guards/judge.ts'
import type { Words } from '../words/words.ts'
import { phoneText } from './describe.ts'
import { clip, limits, option, plain } from './kit.ts'

/** What a form remembers: where it was opened and, from its opening on, which one call it stands for. */
export interface FormMemory {
  /** Nonce made when the form is opened: however often it is sent, it is one call. */
  readonly n: string
  readonly c: string | null
  readonly t: string | null
  readonly e: Entry
  /** The workspace. */
  readonly w: string
}

export interface FormStart extends Partial<Omit<Request, 'agentId' | 'agentName'>> {
  readonly agent?: { readonly id: string; readonly name: string } | undefined
  /** Numbers to choose from, in E.164. */
  readonly choices?: readonly string[] | undefined
}

/** The form behind `/call` alone, *Call this number*, the home's button and *Change*. */
export function callView(memory: FormMemory, start: FormStart, words: Words): ModalView {
  const agentOption = start.agent === undefined ? undefined : option(start.agent.name, start.agent.id)
  const choices = (start.choices ?? []).slice(0, 10)
  const variables = Object.entries(start.variables ?? {})
    .map(([key, value]) => `${key}=${value.replace(/\n/g, ' ')}`)
    .join('\n')
  const blocks: KnownBlock[] = [
    choices.length > 1
      ? {
          type: 'input',
          block_id: 'pick',
          label: plain(words.plain('modal.number_pick'), limits.label),
          element: {
            type: 'radio_buttons',
            action_id: 'pick',
            options: choices.map((phone) => option(phoneText(phone, true), phone)),
          },
        }
      : {
          type: 'input',
          block_id: 'phone',
          label: plain(words.plain('modal.number'), limits.label),
          hint: plain(words.plain('modal.number_hint'), limits.label),
          element: {
            type: 'plain_text_input',
            action_id: 'phone',
            max_length: 200,
            ...(start.phone !== undefined && { initial_value: clip(start.phone, 200) }),
          },
        },
    {
      type: 'input',
      block_id: 'agent',
      label: plain(words.plain('modal.agent'), limits.label),
      element: {
        type: 'external_select',
        action_id: 'agent_select',
        min_query_length: 0,
        placeholder: plain(words.plain('modal.agent_placeholder'), limits.placeholder),
        ...(agentOption !== undefined && { initial_option: agentOption }),
      },
    },
    {
      type: 'input',
      block_id: 'variables',
      optional: true,
      label: plain(words.plain('modal.variables'), limits.label),
      hint: plain(words.plain('modal.variables_hint'), limits.label),
      element: {
        type: 'plain_text_input',
        action_id: 'variables',
        multiline: true,
        max_length: limits.inputText,
        ...(variables !== '' && { initial_value: clip(variables, limits.inputText) }),
      },
    },
    {
      type: 'input',
      block_id: 'where',
      optional: true,
      label: plain(words.plain('modal.where'), limits.label),
      element: {
        type: 'conversations_select',
        action_id: 'where',
        ...(memory.c === null
          ? { default_to_current_conversation: true }
          : { initial_conversation: memory.c }),
        filter: { include: ['public', 'private', 'im'], exclude_bot_users: true },
      },
    },
    {
      type: 'input',
      block_id: 'schedule',
      optional: true,
      label: plain(words.plain('modal.schedule'), limits.label),
      hint: plain(words.plain('modal.schedule_hint'), limits.label),
      element: {
        type: 'datetimepicker',
        action_id: 'schedule',
        ...(start.scheduleAt !== undefined && { initial_date_time: start.scheduleAt }),
      },
    },
    {
      type: 'input',
      block_id: 'from',
      optional: true,
      label: plain(words.plain('modal.from'), limits.label),
      hint: plain(words.plain('modal.from_hint'), limits.label),
      element: {
        type: 'plain_text_input',
        action_id: 'from',
        max_length: 40,
        ...(start.fromNumber !== undefined && { initial_value: start.fromNumber }),
      },
    },
    {
      type: 'input',
      block_id: 'max',
      optional: true,
      label: plain(words.plain('modal.max'), limits.label),
      element: {
        type: 'number_input',
        action_id: 'max',
        is_decimal_allowed: false,
        min_value: '1',
        max_value: '240',
        ...(start.maxDuration !== undefined && {
          initial_value: String(Math.max(1, Math.round(start.maxDuration / 60))),
        }),
      },
    },
  ]
  return {
    type: 'modal',
    callback_id: 'call_view',
    private_metadata: JSON.stringify(memory),
    title: plain(words.plain('modal.title'), limits.title),
    submit: plain(words.plain('modal.continue'), limits.submit),
    close: plain(words.plain('modal.close'), limits.submit),
    blocks,
  }
}
