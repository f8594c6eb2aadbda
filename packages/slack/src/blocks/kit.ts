import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  PlainTextOption,
  SectionBlock,
  SectionBlockAccessory,
} from '@slack/types'

export interface Message {
  /** What notifications and screen readers say. */
  readonly text: string
  readonly blocks: KnownBlock[]
}

/** Lengths that Slack takes, in UTF-16 units. Source: docs.slack.dev, reference of Block Kit. */
export const limits = {
  messageBlocks: 50,
  viewBlocks: 100,
  section: 3000,
  header: 150,
  button: 75,
  option: 75,
  title: 24,
  submit: 24,
  label: 2000,
  placeholder: 150,
  inputText: 3000,
  actions: 25,
  context: 10,
  options: 100,
  value: 2000,
  metadata: 3000,
  text: 4000,
} as const

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** A text of at most `max`, cut between what a person takes for characters. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  let kept = ''
  for (const { segment } of graphemes.segment(text.slice(0, max + 100))) {
    if (kept.length + segment.length > max - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** As {@link clip}, without cutting an escaped sign or a link in two. */
export function clipMrkdwn(text: string, max: number): string {
  if (text.length <= max) return text
  const cut = clip(text, max)
    .replace(/&[a-z]{0,3}…$/, '…')
    .replace(/<[^<>]*…$/, '…')
  // An opened code block would swallow what follows.
  return (cut.match(/```/g) ?? []).length % 2 === 1 ? `${clip(cut, max - 3)}\`\`\`` : cut
}

const filled = (text: string): string => (text.trim() === '' ? '—' : text)

export const plain = (text: string, max: number): PlainTextElement => ({
  type: 'plain_text',
  text: clip(filled(text), max),
  emoji: true,
})

/** Verbatim: what looks like a mention or an address in a text from outside stays a text. */
const mrkdwn = (text: string): MrkdwnElement => ({
  type: 'mrkdwn',
  text: clipMrkdwn(text, limits.section),
  verbatim: true,
})

export const section = (text: string, accessory?: SectionBlockAccessory): SectionBlock => ({
  type: 'section',
  text: mrkdwn(filled(text)),
  ...(accessory !== undefined && { accessory }),
})

export const header = (text: string): HeaderBlock => ({ type: 'header', text: plain(text, limits.header) })

export const context = (...texts: string[]): ContextBlock => {
  const some = texts.filter((text) => text.trim() !== '').slice(0, limits.context)
  return { type: 'context', elements: (some.length === 0 ? ['—'] : some).map(mrkdwn) }
}

export interface ButtonParts {
  readonly id: string
  readonly text: string
  readonly value?: string
  readonly style?: 'primary' | 'danger'
  readonly url?: string
}

export const button = ({ id, text, value, style, url }: ButtonParts): Button => ({
  type: 'button',
  action_id: id,
  text: plain(text, limits.button),
  ...(value !== undefined && { value: clip(value, limits.value) }),
  ...(style !== undefined && { style }),
  ...(url !== undefined && { url }),
})

export const actions = (id: string, ...elements: ActionsBlock['elements']): ActionsBlock => ({
  type: 'actions',
  block_id: id,
  elements: elements.slice(0, limits.actions),
})

export const option = (text: string, value: string): PlainTextOption => ({
  text: plain(text, limits.option),
  value: clip(value, 150),
})

export const message = (text: string, ...blocks: KnownBlock[]): Message => ({
  text: clipMrkdwn(filled(text), limits.text),
  blocks: blocks.slice(0, limits.messageBlocks),
})

/** Code in mrkdwn: what is in it cannot close it. */
export const codeBlock = (text: string): string => `\`\`\`${text.replace(/```/g, "'''")}\`\`\``

/** A quote, line by line. */
export const quote = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
