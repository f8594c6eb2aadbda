import type { ModalView } from '@slack/types'
import type { Call } from '../calls/model.ts'
import { escapeMrkdwn, type Words } from '../words/words.ts'
import { pagesOf } from './card.ts'
import { spoken } from './describe.ts'
import { actions, button, codeBlock, context, limits, plain, section } from './kit.ts'
import { remember } from './memory.ts'

/** @param page counted from 0; one that is not there is the nearest that is */
export function transcriptView(
  { id: callId, team }: Pick<Call, 'id' | 'team'>,
  transcript: string,
  page: number,
  words: Words,
): ModalView {
  const pages = pagesOf(spoken(transcript, words), 4000)
  const at = Math.min(Math.max(0, page), pages.length - 1)
  const turn = (id: string, key: 'transcript.next' | 'transcript.previous', to: number) =>
    button({ id, text: words.plain(key), value: JSON.stringify({ c: callId, p: to }) })
  return {
    type: 'modal',
    callback_id: 'transcript_view',
    private_metadata: remember(team),
    title: plain(words.plain('transcript.title'), limits.title),
    close: plain(words.plain('modal.done'), limits.submit),
    blocks: [
      ...pagesOf(pages[at] ?? '', 550).map((part) => section(codeBlock(escapeMrkdwn(part)))),
      context(words.mrkdwn('transcript.page', { page: at + 1, pages: pages.length })),
      actions(
        'pages',
        ...(at > 0 ? [turn('transcript_previous', 'transcript.previous', at - 1)] : []),
        ...(at < pages.length - 1 ? [turn('transcript_next', 'transcript.next', at + 1)] : []),
        button({
          id: 'transcript_file',
          text: words.plain('transcript.file'),
          value: JSON.stringify({ c: callId, p: 0 }),
        }),
      ),
    ],
  }
}
