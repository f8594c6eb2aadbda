import type { KnownBlock, ModalView } from '@slack/types'
import type { Batch, RejectedRow } from '../calls/batch-model.ts'
import { en, type WordKey } from '../words/en.ts'
import { Mrkdwn, userMrkdwn, type Words } from '../words/words.ts'
import type { FormMemory } from './call-modal.ts'
import { failureText, phoneText } from './describe.ts'
import { actions, button, context, limits, type Message, message, plain, section } from './kit.ts'
import { lineSections } from './lists.ts'

export function batchView(memory: FormMemory, words: Words): ModalView {
  const label = (key: WordKey) => plain(words.plain(key), limits.label)
  return {
    type: 'modal',
    callback_id: 'batch_view',
    private_metadata: JSON.stringify(memory),
    title: plain(words.plain('batch.title'), limits.title),
    submit: plain(words.plain('batch.preview'), limits.submit),
    close: plain(words.plain('modal.close'), limits.submit),
    blocks: [
      {
        type: 'input',
        block_id: 'file',
        label: label('batch.file'),
        hint: label('batch.file_hint'),
        element: { type: 'file_input', action_id: 'file', filetypes: ['csv'], max_files: 1 },
      },
      {
        type: 'input',
        block_id: 'agent',
        label: label('modal.agent'),
        element: {
          type: 'external_select',
          action_id: 'agent_select',
          min_query_length: 0,
          placeholder: plain(words.plain('modal.agent_placeholder'), limits.placeholder),
        },
      },
      {
        type: 'input',
        block_id: 'where',
        optional: true,
        label: label('modal.where'),
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
        label: label('modal.schedule'),
        hint: label('modal.schedule_hint'),
        element: { type: 'datetimepicker', action_id: 'schedule' },
      },
      {
        type: 'input',
        block_id: 'concurrency',
        optional: true,
        label: label('batch.concurrency'),
        element: {
          type: 'number_input',
          action_id: 'concurrency',
          is_decimal_allowed: false,
          min_value: '1',
          max_value: '1000',
        },
      },
    ],
  }
}

/** Why a row is left out, in a few words. */
export function rowReason({ why }: RejectedRow, words: Words): string {
  const [kind, detail = ''] = why.split(':')
  if (kind === 'duplicate') return words.mrkdwn('batch.duplicate', { row: detail })
  const key = detail === 'emergency' ? 'row.short_number' : `row.${detail}`
  return words.mrkdwn((Object.hasOwn(en, key) ? key : 'row.unreadable') as WordKey)
}

const ROWS_SHOWN = 20

export function batchPreviewView(batch: Batch, memory: string, words: Words): ModalView {
  const { rows, rejected, agentName } = batch.request
  const blocks: KnownBlock[] = []
  if (rows.length === 0) blocks.push(section(words.mrkdwn('batch.none')))
  else {
    blocks.push(section(words.mrkdwn('batch.ready', { count: rows.length, agent: agentName })))
    const first = rows
      .slice(0, 3)
      .map(({ phone }) => phoneText(phone, true))
      .join(', ')
    blocks.push(context(words.mrkdwn('batch.sample', { list: first })))
  }
  if (rejected.length > 0) {
    blocks.push(section(words.mrkdwn('batch.rejected', { count: rejected.length })))
    const lines = rejected
      .slice(0, ROWS_SHOWN)
      .map((row) =>
        words.mrkdwn('batch.row', { row: String(row.row), reason: new Mrkdwn(rowReason(row, words)) }),
      )
    if (rejected.length > ROWS_SHOWN)
      lines.push(words.mrkdwn('batch.more_rows', { count: rejected.length - ROWS_SHOWN }))
    blocks.push(...lineSections(lines))
  }
  return {
    type: 'modal',
    callback_id: 'batch_place_view',
    private_metadata: memory,
    title: plain(words.plain('batch.title'), limits.title),
    ...(rows.length > 0 && {
      submit: plain(words.plain('batch.place', { count: rows.length }), limits.submit),
    }),
    close: plain(words.plain('modal.close'), limits.submit),
    blocks,
  }
}

export interface BatchCounts {
  readonly count: number
  readonly completed: number
  readonly failed: number
}

export function batchCard(batch: Batch, { count, completed, failed }: BatchCounts, words: Words): Message {
  const title = words.mrkdwn('batch.sent', {
    count,
    agent: batch.request.agentName,
    user: userMrkdwn(batch.user),
  })
  const blocks: KnownBlock[] = [section(title)]
  if (batch.state === 'refused' || batch.state === 'not_placed')
    blocks.push(section(words.mrkdwn('batch.failed')))
  else if (batch.state === 'unknown') blocks.push(section(words.mrkdwn('batch.unknown')))
  else if (batch.state === 'done')
    blocks.push(section(words.mrkdwn('batch.done', { count, completed, failed })))
  else {
    const done = completed + failed
    const filled = count === 0 ? 0 : Math.round((done / count) * 10)
    blocks.push(
      section(
        words.mrkdwn('batch.progress', {
          bar: `${'▓'.repeat(filled)}${'░'.repeat(10 - filled)}`,
          done,
          count,
          completed,
          failed,
        }),
      ),
    )
  }
  if (batch.failure !== null) blocks.push(section(failureText(batch.failure, words)))
  if (batch.request.rejected.length > 0)
    blocks.push(
      context(words.mrkdwn('batch.rejected', { count: batch.request.rejected.length }).replace(/:$/, '')),
    )
  if (batch.state === 'placed' || batch.state === 'done')
    blocks.push(
      actions(
        `batch_${batch.id}`,
        button({ id: 'batch_results', text: words.plain('batch.results'), value: batch.id }),
      ),
    )
  return message(title.replace(/:[a-z_]+: /, '').replace(/\*/g, ''), ...blocks)
}
