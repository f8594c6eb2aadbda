import { createHash } from 'node:crypto'
import type { KnownBlock } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import type { Message } from '../blocks/kit.ts'
import { slackError } from './fate.ts'

/** What the app's messages are known by in Slack's metadata. */
export const MESSAGE_TYPE = 'movoice_call'

export interface Posted {
  readonly channel: string
  readonly ts: string
}

/** Which message it is: there is at most one of each. */
export interface Identity {
  readonly call: string
  readonly part: 'card' | 'thread'
}

/**
 * What Slack tells a message by that is sent again: it then gives the first instead of a second. Its list of errors
 * says so (`duplicate_message_not_found`), though its list of arguments does not.
 */
export function clientMessageId({ call, part }: Identity): string {
  const hex = createHash('sha256').update(`${call} ${part}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Posts once: a message is never sent again by itself. */
export async function postMessage(
  post: WebClient,
  channel: string,
  shown: Message,
  threadTs?: string | null,
  identity?: Identity,
): Promise<Posted> {
  const { channel: where, ts } = await post.chat.postMessage({
    channel,
    text: shown.text,
    blocks: shown.blocks as KnownBlock[],
    unfurl_links: false,
    unfurl_media: false,
    ...(threadTs != null && { thread_ts: threadTs }),
    ...(identity !== undefined && {
      client_msg_id: clientMessageId(identity),
      metadata: { event_type: MESSAGE_TYPE, event_payload: { ...identity } },
    }),
  })
  if (ts === undefined) throw new Error('Slack answered without the message’s time.')
  return { channel: where ?? channel, ts }
}

/** Where a person gets messages from the app alone. */
export async function directChannel(client: WebClient, user: string): Promise<string> {
  const { channel } = await client.conversations.open({ users: user })
  if (channel?.id === undefined) throw new Error('Slack opened no conversation.')
  return channel.id
}

const ELSEWHERE = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'restricted_action_thread_locked',
  'thread_not_found',
])

/** Whether Slack does not let the app post there. */
export const isElsewhere = (error: unknown): boolean => ELSEWHERE.has(slackError(error) ?? '')
