import type { ModalView } from '@slack/types'
import { limits, plain, section } from './kit.ts'

/** A modal that only tells something. */
export const noteView = (title: string, text: string, close: string): ModalView => ({
  type: 'modal',
  title: plain(title, limits.title),
  close: plain(close, limits.submit),
  blocks: [section(text)],
})
