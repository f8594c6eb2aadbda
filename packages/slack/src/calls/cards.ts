import { callCard } from '../blocks/card.ts'
import { type Desk, wordsFor } from './desk.ts'
import { slackError } from './fate.ts'
import { errorFields } from './log.ts'
import { type Call, isOver } from './model.ts'
import { directChannel, isElsewhere, type Posted, postMessage } from './posting.ts'
import { isPrivate, ThreadNotes } from './thread-notes.ts'

/** Slack takes about one edit a second of one message. */
const PACE = 1000

/** Shows calls in Slack: one message each, edited. */
export class Cards {
  readonly #desk: Desk
  readonly #threads: ThreadNotes
  readonly #running = new Map<string, Promise<void>>()
  readonly #again = new Set<string>()
  readonly #editedAt = new Map<string, number>()

  constructor(desk: Desk) {
    this.#desk = desk
    this.#threads = new ThreadNotes(desk)
  }

  /** Posts the card of a call that has none, or throws. */
  async open(call: Call): Promise<Posted> {
    const { client, post } = await this.#desk.slack(call.team)
    const policy = await this.#desk.workspaces.policy(call.team)
    const words = await wordsFor(this.#desk, call.team, call.user, policy)
    const send = (channel: string, threadTs: string | null) =>
      postMessage(post, channel, callCard(call, isPrivate(channel), words), threadTs, {
        call: call.id,
        part: 'card',
      })
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
      if (isOver(call.state)) await this.#threads.tell(call)
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
}
