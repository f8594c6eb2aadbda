import { confirmMessage, refusalText } from '../blocks/confirm.ts'
import { type Message, message, section } from '../blocks/kit.ts'
import { type Draft, dueAt, type Request } from '../calls/model.ts'
import type { Entry, Question, Verdict } from '../guards/judge.ts'
import { channelMrkdwn, Mrkdwn, userMrkdwn, type Words } from '../words/words.ts'
import type { Office, Visitor } from './office.ts'

export interface Wish {
  readonly claim: string
  readonly entry: Entry
  readonly channel: string | null
  readonly threadTs: string | null
  readonly request: Request
}

export type Asked =
  | { readonly kind: 'refuse'; readonly text: string }
  | {
      readonly kind: 'ask'
      readonly draft: Draft
      readonly question: Extract<Verdict, { kind: 'ask' }> | undefined
    }

/** Turns a wish into a question that one click answers, or into the reason why not. */
export async function ask(office: Office, visitor: Visitor, wish: Wish): Promise<Asked> {
  const { team, user, policy, words } = visitor
  const now = office.clock.now()
  const { claim, entry, channel, threadTs, request } = wish
  const kept = await office.drafts.keep(
    {
      id: office.newId(),
      team,
      user,
      entry,
      channel,
      threadTs,
      request,
      generation: 1,
      answered: [],
      createdAt: now,
    },
    claim,
  )
  const verdict = await office.placer.preview(kept.draft, user)
  if (verdict.kind === 'refuse') {
    return {
      kind: 'refuse',
      text: refusalText(verdict.why, { phone: verdict.phone, policy, now: dueAt(request, now) }, words),
    }
  }
  return { kind: 'ask', draft: kept.draft, question: verdict.kind === 'ask' ? verdict : undefined }
}

/** The outcome of a yes, as a message to the one who said it; placing goes on behind it. */
export async function answer(
  office: Office,
  visitor: Visitor,
  draft: Draft,
  generation: number,
  answered: readonly Question[],
): Promise<Message> {
  const { user, policy, words } = visitor
  const result = await office.placer.answer(draft, user, generation, answered)
  switch (result.kind) {
    case 'claimed':
      office.later(office.placer.place(result.call).then((call) => tellIfUnplaced(office, visitor, call)))
      return placing(draft, words)
    case 'taken':
      return note(words.mrkdwn('confirm.already'))
    case 'expired':
      return note(words.mrkdwn('confirm.expired'))
    case 'refuse': {
      const { phone, why } = result.verdict
      return note(refusalText(why, { phone, policy, now: dueAt(draft.request, office.clock.now()) }, words))
    }
    case 'ask':
      return confirmMessage(result.draft, result.question, office.clock.now(), policy, words)
  }
}

export const note = (text: string): Message => message(text, section(text))

export function placing(draft: Draft, words: Words): Message {
  const where = draft.channel === null ? userMrkdwn(draft.user) : channelMrkdwn(draft.channel)
  return note(
    words.mrkdwn('confirm.placing', { where: draft.channel?.startsWith('D') ? new Mrkdwn('…') : where }),
  )
}

/** A call without a card has nowhere to say that it was not placed: its caller is told alone. */
export async function tellIfUnplaced(
  office: Office,
  visitor: Visitor,
  call: {
    readonly cardTs: string | null
    readonly state: string
    readonly failure: import('../calls/model.ts').Failure | null
    readonly channel: string | null
  },
): Promise<void> {
  if (call.cardTs !== null || call.failure === null) return
  const { client, post } = await office.slack(visitor.team)
  const where = call.channel === null ? userMrkdwn(visitor.user) : channelMrkdwn(call.channel)
  const text = `:warning: ${visitor.words.mrkdwn('fail.card', { where })}\n${visitor.words.mrkdwn('fail.reference', { reference: call.failure.reference })}`
  const { channel } = await client.conversations.open({ users: visitor.user })
  if (channel?.id !== undefined) await post.chat.postMessage({ channel: channel.id, text })
}
