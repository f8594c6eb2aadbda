import type { KnownBlock, ModalView } from '@slack/types'
import type { WordKey } from '../words/en.ts'
import type { Words } from '../words/words.ts'
import { actions, button, clip, limits, plain, section } from './kit.ts'
import { remember } from './memory.ts'

/**
 * The do-not-call list: numbers are added and taken off, the list itself comes as a file. However long it is, a form
 * never holds all of it, so that saving a form loses nothing.
 */
export function doNotCallView(count: number, team: string, words: Words): ModalView {
  const lines = (id: string, label: WordKey): KnownBlock => ({
    type: 'input',
    block_id: id,
    optional: true,
    label: plain(words.plain(label), limits.label),
    hint: plain(words.plain('dnc.hint'), limits.label),
    element: { type: 'plain_text_input', action_id: id, multiline: true, max_length: limits.inputText },
  })
  return {
    type: 'modal',
    callback_id: 'do_not_call_view',
    private_metadata: remember(team),
    title: plain(words.plain('dnc.title'), limits.title),
    submit: plain(words.plain('settings.save'), limits.submit),
    close: plain(words.plain('modal.back'), limits.submit),
    blocks: [
      section(words.mrkdwn('dnc.count', { count })),
      ...(count === 0
        ? []
        : [actions('do_not_call', button({ id: 'do_not_call_export', text: words.plain('dnc.export') }))]),
      lines('add', 'dnc.add'),
      {
        type: 'input',
        block_id: 'file',
        optional: true,
        label: plain(words.plain('dnc.file'), limits.label),
        hint: plain(words.plain('dnc.file_hint'), limits.label),
        element: { type: 'file_input', action_id: 'file', filetypes: ['csv'], max_files: 1 },
      },
      lines('remove', 'dnc.remove'),
    ],
  }
}

export interface DoNotCallChange {
  readonly added: number
  readonly removed: number
  readonly count: number
  /** Rows of the file that were not read: their line, and what is written there. */
  readonly unread: readonly { readonly row: number; readonly text: string }[]
}

/** What became of a change: no row of a file goes missing without a word. */
export function doNotCallText({ added, removed, count, unread }: DoNotCallChange, words: Words): string {
  const lines = [words.mrkdwn('dnc.saved', { added, removed }), words.mrkdwn('dnc.count', { count })]
  if (unread.length > 0) {
    const shown = unread.slice(0, 20)
    const rows = shown.map(({ row, text }) =>
      words.mrkdwn('settings.do_not_call_bad', { line: String(row), number: clip(text, 40) }),
    )
    lines.push(words.mrkdwn('dnc.unread', { count: unread.length }), ...rows)
    if (unread.length > shown.length)
      lines.push(words.mrkdwn('batch.more_rows', { count: unread.length - shown.length }))
  }
  return lines.join('\n')
}
