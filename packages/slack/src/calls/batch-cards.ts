import { batchCard, batchDone } from '../blocks/batch.ts'
import { type Batch, type BatchCounts, isFollowed } from './batch-model.ts'
import { type Desk, wordsFor } from './desk.ts'
import { fateOf, slackError } from './fate.ts'
import { errorFields } from './log.ts'
import { Paced } from './paced.ts'
import { directChannel, postMessage } from './posting.ts'

/** Slack takes about one edit a second of one message. */
const PACE = 1000
/** For so long after the last call, a thread that could not be told of the end is told again. */
const TOLD_WITHIN = 3_600_000

/** Shows batches in Slack: one message each, edited, and a note in its thread when the last call is over. */
export class BatchCards {
  readonly #desk: Desk
  readonly #edits: Paced

  constructor(desk: Desk) {
    this.#desk = desk
    this.#edits = new Paced(desk.clock, PACE, (key) => this.#show(...(JSON.parse(key) as [string, string])))
  }

  /** Posts the card of a batch that has none, or throws. */
  async open(batch: Batch): Promise<Batch> {
    const { client, post } = await this.#desk.slack(batch.team)
    const policy = await this.#desk.workspaces.policy(batch.team)
    const words = await wordsFor(this.#desk, batch.team, batch.user, policy)
    const counts = { count: batch.request.rows.length, found: 0, completed: 0, failed: 0 }
    const channel = batch.channel ?? (await directChannel(client, batch.user))
    const posted = await postMessage(post, channel, batchCard(batch, counts, words))
    this.#edits.ran(keyOf(batch))
    return (
      (await this.#desk.batches.change(batch.id, { cardTs: posted.ts, channel: posted.channel })) ?? batch
    )
  }

  /** Brings a card up to date. Many askers share an edit. */
  show(batch: Pick<Batch, 'team' | 'id'>): Promise<void> {
    return this.#edits.ask(keyOf(batch))
  }

  async #show(team: string, id: string): Promise<void> {
    const { batches, log } = this.#desk
    const batch = await batches.get(id, team)
    if (batch === undefined || batch.cardTs === null || batch.channel === null) return
    const counts = await batches.counts(id)
    const isEnd = isFollowed(batch.state) && counts.completed + counts.failed === counts.count
    try {
      await this.#edit(isEnd ? { ...batch, state: 'done' } : batch, batch.channel, batch.cardTs, counts)
      // Done is what was shown and told: until then, every sweep comes back to it.
      if (isEnd) await batches.alone(id, () => this.#end(id, team, counts))
    } catch (error) {
      log.warn(
        { batch: id, ...errorFields(error) },
        'a batch’s card could not be brought up to date; the next sweep tries again',
      )
    }
  }

  async #edit(batch: Batch, channel: string, ts: string, counts: BatchCounts): Promise<void> {
    const { batches } = this.#desk
    const policy = await this.#desk.workspaces.policy(batch.team)
    const words = await wordsFor(this.#desk, batch.team, batch.user, policy)
    const { text, blocks } = batchCard(batch, counts, words)
    const shown = JSON.stringify(blocks)
    if ((await batches.shown(batch.id)) === shown) return
    const { client } = await this.#desk.slack(batch.team)
    try {
      await client.chat.update({ channel, ts, text, blocks })
    } catch (error) {
      // The card was deleted: there is nothing to bring up to date any more.
      if (slackError(error) !== 'message_not_found') throw error
    }
    await batches.show(batch.id, shown)
  }

  /** Tells the thread once. One process at a time; what Slack may have taken is sent again as the same message. */
  async #end(id: string, team: string, counts: BatchCounts): Promise<void> {
    const { batches, clock, log } = this.#desk
    const batch = await batches.get(id, team)
    if (batch === undefined || !isFollowed(batch.state) || batch.channel === null) return
    const policy = await this.#desk.workspaces.policy(team)
    const words = await wordsFor(this.#desk, team, batch.user, policy)
    const { post } = await this.#desk.slack(team)
    try {
      const identity = { call: id, part: 'thread' } as const
      await postMessage(post, batch.channel, batchDone(batch.user, counts, words), batch.cardTs, identity)
    } catch (error) {
      const isYoung = clock.now() - (await batches.lastEnd(id)) < TOLD_WITHIN
      if (fateOf(error) !== 'refused' && isYoung) throw error
      log.warn({ batch: id, ...errorFields(error) }, 'the end of a batch could not be told in its thread')
    }
    await batches.change(id, { state: 'done' }, ['placed', 'unknown'])
  }
}

const keyOf = ({ team, id }: Pick<Batch, 'team' | 'id'>): string => JSON.stringify([team, id])
