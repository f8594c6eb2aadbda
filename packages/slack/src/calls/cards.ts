import type { KnownBlock } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { callCard, threadMessage } from '../blocks/card.ts'
import type { Message } from '../blocks/kit.ts'
import { type Desk, wordsFor } from './desk.ts'
import { slackError } from './fate.ts'
import { errorFields } from './log.ts'
import { type Call, isOver } from './model.ts'

/** How long the thread waits for a summary that comes after the end. */
const GRACE = 300_000
/** Slack takes about one edit a second of one message. */
const PACE = 1000

/** In a conversation of two, with the caller, nothing is hidden. */
const isPrivate = (channel: string | null): boolean => channel?.startsWith('D') === true

export interface Posted {
  readonly channel: string
  readonly ts: string
}

/** Posts once: a message is never sent again by itself. */
export async function postMessage(
  post: WebClient,
  channel: string,
  shown: Message,
  threadTs?: string | null,
): Promise<Posted> {
  const { channel: where, ts } = await post.chat.postMessage({
    channel,
    text: shown.text,
    blocks: shown.blocks as KnownBlock[],
    unfurl_links: false,
    unfurl_media: false,
    ...(threadTs != null && { thread_ts: threadTs }),
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

/** Shows calls in Slack: one message each, edited. */
export class Cards {
  readonly #desk: Desk
  readonly #running = new Map<string, Promise<void>>()
  readonly #again = new Set<string>()
  readonly #editedAt = new Map<string, number>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Posts the card of a call that has none, or throws. */
  async open(call: Call): Promise<Posted> {
    const { client, post } = await this.#desk.slack(call.team)
    const policy = await this.#desk.workspaces.policy(call.team)
    const words = await wordsFor(this.#desk, call.team, call.user, policy)
    const send = (channel: string, threadTs: string | null) =>
      postMessage(post, channel, callCard(call, isPrivate(channel), words), threadTs)
    if (call.channel === null) return send(await directChannel(client, call.user), null)
    try {
      return await send(call.channel, call.threadTs)
    } catch (error) {
      if (!isElsewhere(error)) throw error
      // The app is not in that channel: the person who asked gets the card alone.
      return send(await directChannel(client, call.user), null)
    }
  }

  /** Brings a call's card up to date, and tells its thread once when the call is over. Many askers, one edit. */
  async sync(id: string, team: string): Promise<void> {
    const running = this.#running.get(id)
    if (running !== undefined) {
      this.#again.add(id)
      return running
    }
    const work = this.#sync(id, team).finally(() => {
      this.#running.delete(id)
    })
    this.#running.set(id, work)
    await work
    if (this.#again.delete(id)) await this.sync(id, team)
  }

  async #sync(id: string, team: string): Promise<void> {
    const { calls, clock, log } = this.#desk
    try {
      const wait = (this.#editedAt.get(id) ?? 0) + PACE - clock.now()
      if (wait > 0) await clock.sleep(wait)
      const call = await calls.get(id, team)
      if (call === undefined || call.cardTs === null || call.channel === null) return
      if (call.shownRevision < call.revision) await this.#edit(call, call.cardTs, call.channel)
      if (isOver(call.state)) await this.#tell(call)
      if (isOver(call.state)) this.#editedAt.delete(id)
    } catch (error) {
      // The sweep comes back to it.
      log.warn({ call: id, team, ...errorFields(error) }, 'a card could not be brought up to date')
    }
  }

  async #edit(call: Call, ts: string, channel: string): Promise<void> {
    const { client } = await this.#desk.slack(call.team)
    const policy = await this.#desk.workspaces.policy(call.team)
    const words = await wordsFor(this.#desk, call.team, call.user, policy)
    const { text, blocks } = callCard(call, isPrivate(channel), words)
    this.#editedAt.set(call.id, this.#desk.clock.now())
    try {
      await client.chat.update({ channel, ts, text, blocks })
    } catch (error) {
      if (slackError(error) !== 'message_not_found') throw error
      this.#desk.log.info({ call: call.id }, 'the card was deleted, so it is not updated any more')
    }
    await this.#desk.calls.shown(call.id, call.revision)
  }

  async #tell(call: Call): Promise<void> {
    const { calls, clock } = this.#desk
    if (call.told !== 'no' || call.cardTs === null || call.channel === null) return
    const later = call.state === 'completed' && call.result?.summary == null
    if (later && clock.now() - (call.endedAt ?? 0) < GRACE) return
    if (!(await calls.takeTelling(call.id, clock.now()))) return
    const policy = await this.#desk.workspaces.policy(call.team)
    const words = await wordsFor(this.#desk, call.team, call.user, policy)
    const alone = isPrivate(call.channel)
    const shown = threadMessage(call, alone, alone || policy.transcriptInThread, words)
    try {
      const { post } = await this.#desk.slack(call.team)
      await postMessage(post, call.channel, shown, call.threadTs ?? call.cardTs)
      await calls.change(call.id, { told: 'yes' }, clock.now())
    } catch (error) {
      // Slack refused, so the thread was told nothing and may be told later. After anything else it may have been
      // told: the card says it all, and nobody is told twice.
      if (slackError(error) !== undefined) await calls.change(call.id, { told: 'no' }, clock.now())
      throw error
    }
  }
}

const ELSEWHERE = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'restricted_action_thread_locked',
  'thread_not_found',
])
const isElsewhere = (error: unknown): boolean => ELSEWHERE.has(slackError(error) ?? '')
