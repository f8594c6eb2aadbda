import type { WebClient } from '@slack/web-api'
import { threadMessage } from '../blocks/card.ts'
import { type Desk, wordsFor } from './desk.ts'
import { fateOf, slackError } from './fate.ts'
import { errorFields } from './log.ts'
import { type Call, isOver } from './model.ts'
import { clientMessageId, MESSAGE_TYPE, postMessage } from './posting.ts'

/** How long the thread waits for a summary that comes after the end. */
const GRACE = 300_000
/** For so long, Slack is trusted to know a message again that is sent a second time. */
const KNOWN_AGAIN = 3_600_000
/** Pages of a thread that are looked through. */
const PAGES = 5

/** In a conversation of two, with the caller, nothing is hidden. */
export const isPrivate = (channel: string | null): boolean => channel?.startsWith('D') === true

/** Slack knows the message, whatever became of it since. */
const DUPLICATE = new Set(['duplicate_message_not_found', 'duplicate_channel_not_found'])

/** Tells the thread of a call's card how it ended: once, even if Slack's answer is lost, or the process with it. */
export class ThreadNotes {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async tell(call: Call): Promise<void> {
    const { calls, clock, log } = this.#desk
    const { cardTs, channel } = call
    if (!isOver(call.state) || call.told === 'yes' || cardTs === null || channel === null) return
    const later = call.state === 'completed' && call.result?.summary == null
    if (call.told === 'no' && later && clock.now() - (call.endedAt ?? 0) < GRACE) return
    const right = await calls.takeTelling(call.id, clock.now())
    if (right === undefined) return
    const root = call.threadTs ?? cardTs
    if (right === 'again') {
      const told = await this.#isTold(call, channel, root, cardTs)
      const young = clock.now() - (call.endedAt ?? 0) < KNOWN_AGAIN
      if (told === undefined && !young)
        log.info({ call: call.id }, 'a thread may have been told of the end, and is not told again')
      if (told === true || (told === undefined && !young)) {
        await calls.change(call.id, { told: 'yes' }, clock.now())
        return
      }
    }
    try {
      await this.#post(call, channel, root)
    } catch (error) {
      if (!DUPLICATE.has(slackError(error) ?? '')) {
        // What was told for certain to be nothing may be tried anew; anything else is looked for first.
        if (right === 'first' && fateOf(error) !== 'unknown')
          await calls.change(call.id, { told: 'no' }, clock.now())
        throw error
      }
    }
    await calls.change(call.id, { told: 'yes' }, clock.now())
  }

  async #post(call: Call, channel: string, root: string): Promise<void> {
    const policy = await this.#desk.workspaces.policy(call.team)
    const words = await wordsFor(this.#desk, call.team, call.user, policy)
    const alone = isPrivate(channel)
    const shown = threadMessage(call, alone, alone || policy.transcriptInThread, words)
    const { post } = await this.#desk.slack(call.team)
    await postMessage(post, channel, shown, root, { call: call.id, part: 'thread' })
  }

  /** Whether the note is in the thread; `undefined` if the app may not read it, or not to its end. */
  async #isTold(call: Call, channel: string, root: string, since: string): Promise<boolean | undefined> {
    const { client } = await this.#desk.slack(call.team)
    try {
      return await isInThread(client, { channel, ts: root, oldest: since }, call.id)
    } catch (error) {
      this.#desk.log.info({ call: call.id, ...errorFields(error) }, 'a thread could not be read')
      if (slackError(error) === undefined) throw error
      return undefined
    }
  }
}

async function isInThread(
  client: WebClient,
  where: { readonly channel: string; readonly ts: string; readonly oldest: string },
  call: string,
): Promise<boolean | undefined> {
  const id = clientMessageId({ call, part: 'thread' })
  let cursor = ''
  for (let page = 0; page < PAGES; page += 1) {
    const { messages, response_metadata } = await client.conversations.replies({
      ...where,
      inclusive: true,
      include_all_metadata: true,
      limit: 200,
      ...(cursor !== '' && { cursor }),
    })
    for (const message of messages ?? []) {
      const { metadata, client_msg_id } = message as {
        readonly client_msg_id?: string
        readonly metadata?: {
          readonly event_type?: string
          readonly event_payload?: { readonly call?: unknown; readonly part?: unknown }
        }
      }
      if (client_msg_id === id) return true
      const payload = metadata?.event_type === MESSAGE_TYPE ? metadata.event_payload : undefined
      if (payload?.call === call && payload.part === 'thread') return true
    }
    cursor = response_metadata?.next_cursor ?? ''
    if (cursor === '') return false
  }
  return undefined
}
