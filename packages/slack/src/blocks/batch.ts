import type { KnownBlock, ModalView } from '@slack/types'
import type { Batch, BatchCounts, RejectedRow } from '../calls/batch-model.ts'
import { en, type WordKey } from '../words/en.ts'
import { dateMrkdwn, userMrkdwn, type Words } from '../words/words.ts'
import type { FormMemory } from './call-modal.ts'
import { failureLines, phoneText } from './describe.ts'
import { actions, button, context, limits, type Message, message, option, plain, section } from './kit.ts'
import { lineSections } from './lists.ts'
import { about } from './memory.ts'

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

/** Why a row is left out, or asks first, in a few words. */
export function rowReason({ why }: Pick<RejectedRow, 'why'>, words: Words): string {
  const [kind, detail = ''] = why.split(':')
  if (kind === 'duplicate') return words.plain('batch.duplicate', { row: detail })
  const key = detail === 'emergency' ? 'row.short_number' : `row.${detail}`
  return words.plain((Object.hasOwn(en, key) ? key : 'row.unreadable') as WordKey)
}

const ROWS_SHOWN = 20

/** Rows with their reasons; of many, the first ones, and how many more. */
function rowLines(
  rows: readonly { readonly row: number; readonly reason: string }[],
  words: Words,
): KnownBlock[] {
  const lines = rows
    .slice(0, ROWS_SHOWN)
    .map(({ row, reason }) => words.mrkdwn('batch.row', { row: String(row), reason }))
  if (rows.length > ROWS_SHOWN)
    lines.push(words.mrkdwn('batch.more_rows', { count: rows.length - ROWS_SHOWN }))
  return lineSections(lines)
}

export interface PreviewParts {
  readonly batch: Batch
  readonly memory: string
  /** Whether rows that need a yes may be called at all. */
  readonly mayAsk: boolean
  /** Something to be known before it is sent: what changed, a quota that does not reach. */
  readonly warning?: string | undefined
}

/** What would be called, what asks first, and what is left out, each row with its reason. */
export function batchPreviewView({ batch, memory, mayAsk, warning }: PreviewParts, words: Words): ModalView {
  const { rows, asking = [], rejected, agentName, scheduleAt } = batch.request
  const asks = mayAsk && asking.length > 0
  const blocks: KnownBlock[] = warning === undefined ? [] : [section(warning)]
  if (rows.length === 0 && !asks) blocks.push(section(words.mrkdwn('batch.none')))
  if (rows.length > 0) {
    blocks.push(section(words.mrkdwn('batch.ready', { count: rows.length, agent: agentName })))
    const first = rows.slice(0, 3).map(({ phone }) => phoneText(phone, true))
    const facts = [words.mrkdwn('batch.sample', { list: first.join(', ') })]
    if (scheduleAt !== undefined)
      facts.push(words.mrkdwn('confirm.schedule', { when: dateMrkdwn(scheduleAt) }))
    blocks.push(context(...facts))
  }
  if (asking.length > 0) {
    blocks.push(section(words.mrkdwn('batch.asking', { count: asking.length })))
    blocks.push(
      ...rowLines(
        asking.map(({ row, questions = [] }) => ({
          row,
          reason: questions.map((why) => rowReason({ why: `judge:${why}` }, words)).join(', '),
        })),
        words,
      ),
    )
    if (mayAsk)
      blocks.push({
        type: 'input',
        block_id: 'asking',
        optional: true,
        label: plain(words.plain('batch.asking_label'), limits.label),
        element: {
          type: 'checkboxes',
          action_id: 'asking',
          options: [option(words.plain('batch.asking_yes', { count: asking.length }), 'yes')],
        },
      })
    else blocks.push(context(words.mrkdwn('batch.asking_off')))
  }
  if (rejected.length > 0) {
    blocks.push(section(words.mrkdwn('batch.rejected', { count: rejected.length })))
    blocks.push(
      ...rowLines(
        rejected.map((row) => ({ row: row.row, reason: rowReason(row, words) })),
        words,
      ),
      actions(
        'rejected',
        button({
          id: 'batch_rejected',
          text: words.plain('batch.rejected_csv'),
          value: about(batch.team, batch.id),
        }),
      ),
    )
  }
  const place = asks ? words.plain('batch.place_all') : words.plain('batch.place', { count: rows.length })
  return {
    type: 'modal',
    callback_id: 'batch_place_view',
    private_metadata: memory,
    title: plain(words.plain('batch.title'), limits.title),
    ...((rows.length > 0 || asks) && { submit: plain(place, limits.submit) }),
    close: plain(words.plain('modal.close'), limits.submit),
    blocks,
  }
}

export function batchCard(batch: Batch, counts: BatchCounts, words: Words): Message {
  const { count, found, completed, failed } = counts
  const { rejected, agentName } = batch.request
  const title = words.mrkdwn('batch.sent', { count, agent: agentName, user: userMrkdwn(batch.user) })
  const blocks: KnownBlock[] = [section(title)]
  const progress = section(
    words.mrkdwn('batch.progress', {
      bar: bar(count === 0 ? 0 : (completed + failed) / count),
      done: completed + failed,
      count,
      completed,
      failed,
    }),
  )
  switch (batch.state) {
    case 'refused':
    case 'not_placed':
      blocks.push(section(words.mrkdwn('batch.failed')))
      break
    case 'unknown':
      blocks.push(section(words.mrkdwn('batch.unknown')))
      blocks.push(section(words.mrkdwn(found === 0 ? 'batch.not_found' : 'batch.found', { found, count })))
      if (found > 0) blocks.push(progress)
      break
    case 'done':
      blocks.push(section(words.mrkdwn('batch.done', { count, completed, failed })))
      break
    default:
      blocks.push(progress)
  }
  if (batch.failure !== null)
    blocks.push(
      batch.state === 'unknown'
        ? context(words.mrkdwn('fail.reference', { reference: batch.failure.reference }))
        : section(failureLines(batch.failure, words)),
    )
  if (rejected.length > 0)
    blocks.push(context(words.mrkdwn('batch.rejected', { count: rejected.length }).replace(/:$/, '')))
  const buttons = [
    ...(batch.state === 'placed' || batch.state === 'done' || found > 0
      ? [
          button({
            id: 'batch_results',
            text: words.plain('batch.results'),
            value: about(batch.team, batch.id),
          }),
        ]
      : []),
    ...(rejected.length > 0
      ? [
          button({
            id: 'batch_rejected',
            text: words.plain('batch.rejected_csv'),
            value: about(batch.team, batch.id),
          }),
        ]
      : []),
  ]
  if (buttons.length > 0) blocks.push(actions(`batch_${batch.id}`, ...buttons))
  return message(title.replace(/:[a-z_]+: /, '').replace(/\*/g, ''), ...blocks)
}

/** What the thread is told when the last call of a batch is over. */
export function batchDone(user: string, { count, completed, failed }: BatchCounts, words: Words): Message {
  const text = words.mrkdwn('batch.told', { user: userMrkdwn(user), count, completed, failed })
  return message(text, section(text))
}

function bar(share: number): string {
  const filled = Math.round(share * 10)
  return `${'▓'.repeat(filled)}${'░'.repeat(10 - filled)}`
}
