import type { App } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import { batchPreviewView } from '../blocks/batch.ts'
import { questionText, refusalText } from '../blocks/confirm.ts'
import { clip } from '../blocks/kit.ts'
import { remember } from '../blocks/memory.ts'
import { noteView } from '../blocks/note.ts'
import { rejectedCsv, resultsCsv } from '../calls/batch-files.ts'
import type { Batch } from '../calls/batch-model.ts'
import { isPast } from '../calls/model.ts'
import { mayView } from '../guards/judge.ts'
import { readBatchFile } from '../parse/batch-file.ts'
import type { Words } from '../words/words.ts'
import { note, tellIfUnplaced } from './asking.ts'
import { onClick, sendFile } from './buttons.ts'
import { download } from './download.ts'
import { type Office, refusedAt, sorry, type Visitor } from './office.ts'
import { onForm } from './on-form.ts'
import { field, readBatchMemory, readFormMemory, text } from './values.ts'

/** Calling everyone in a CSV file: the form, the preview, and the results. */
export function batchForms(app: App, office: Office): void {
  onForm(app, office, 'batch_view', 'update', async (visitor, { view, answer }) => {
    const { team, user, policy, words } = visitor
    const memory = readFormMemory(view.private_metadata)
    const state = view.state.values
    const agent = field(state, 'agent').selected_option
    const scheduleAt = field(state, 'schedule').selected_date_time ?? undefined
    if (isPast({ scheduleAt }, office.clock.now()))
      return answer({ response_action: 'errors', errors: { schedule: words.plain('modal.past') } })
    const channel = field(state, 'where').selected_conversation ?? null
    const note = (message: string) => noteView(words.plain('batch.title'), message, words.plain('modal.done'))
    const refused = await refusedAt(office, visitor, { entry: 'batch', channel })
    if (refused !== undefined) return answer({ response_action: 'update', view: note(refused) })
    if (memory === undefined || agent == null)
      return answer({ response_action: 'update', view: note(words.mrkdwn('confirm.expired')) })
    await answer({ response_action: 'update', view: note(words.mrkdwn('batch.reading')) })
    const { client } = await office.slack(team)
    const show = async (shown: ReturnType<typeof noteView>) => {
      await client.views.update({ view_id: view.id, view: shown })
    }
    try {
      const file = await download(office, team, field(state, 'file').files?.[0])
      const read =
        file === undefined
          ? undefined
          : readBatchFile(file, office.batchSize, policy.defaultCountry ?? undefined)
      if (read === undefined) return await show(note(words.mrkdwn('batch.unreadable')))
      if (read.kind === 'too_many')
        return await show(note(words.mrkdwn('batch.too_large', { limit: office.batchSize })))
      if (read.kind === 'no_phone')
        return await show(
          note(words.mrkdwn('batch.no_phone', { columns: clip(read.columns.join(', '), 500) })),
        )
      if (read.kind === 'not_csv')
        return await show(note(words.mrkdwn('batch.not_csv', { reason: read.reason })))
      const { quota, ...sifted } = await office.batchWork.sift(team, user, read, scheduleAt)
      const concurrency = text(state, 'concurrency')
      const kept = await office.batches.keep(
        {
          id: office.newId(),
          team,
          user,
          channel,
          request: {
            agentId: agent.value,
            agentName: agent.text.text,
            scheduleAt,
            ...(concurrency !== '' && { concurrency: Number(concurrency) }),
            ...sifted,
          },
          createdAt: office.clock.now(),
        },
        `form:${team}:${memory.n}`,
      )
      if (kept === undefined) return await show(note(words.mrkdwn('confirm.already')))
      const warning =
        quota === undefined ? undefined : refusalText(quota, { policy, now: office.clock.now() }, words)
      await show(preview(kept, policy.batchQuestions, warning, words))
    } catch (error) {
      await show(note(sorry(office, error, words, team)))
    }
  })

  onForm(app, office, 'batch_place_view', 'update', async (visitor, { view, answer }) => {
    const { user, policy, words } = visitor
    const tell = (message: string) =>
      answer({
        response_action: 'update',
        view: noteView(words.plain('batch.title'), message, words.plain('modal.done')),
      })
    const batch = await theBatch(office, visitor, readBatchMemory(view.private_metadata)?.b)
    if (batch === undefined) return tell(words.mrkdwn('confirm.expired'))
    const withAsking = (field(view.state.values, 'asking').selected_options ?? []).length > 0
    if (batch.request.rows.length === 0 && !withAsking)
      return answer({ response_action: 'errors', errors: { asking: words.plain('modal.required') } })
    const said = await office.batchWork.answer(batch, user, withAsking)
    switch (said.kind) {
      case 'taken':
        return tell(words.mrkdwn('confirm.already'))
      case 'expired':
        return tell(words.mrkdwn('confirm.expired'))
      case 'changed':
        return answer({
          response_action: 'update',
          view: preview(said.batch, policy.batchQuestions, words.mrkdwn('batch.changed'), words),
        })
      case 'verdict': {
        const { verdict } = said
        return tell(
          verdict.kind === 'refuse'
            ? refusalText(verdict.why, { phone: verdict.phone, policy, now: office.clock.now() }, words)
            : questionText(verdict.why, verdict.seconds, policy, words),
        )
      }
      case 'claimed': {
        const told = answer({ response_action: 'clear' })
        office.later(
          office.batchWork.place(said.batch).then((placed) => tellIfUnplaced(office, visitor, placed)),
        )
        return told
      }
    }
  })

  const sendCsv = (id: string, name: string, make: (batch: Batch, words: Words) => Promise<string>) =>
    onClick(app, office, id, async (visitor, click, say) => {
      const { policy, who, words, team, user } = visitor
      const batch = await theBatch(office, visitor, click.value)
      if (batch === undefined) return say(note(words.mrkdwn('confirm.expired')))
      const may = mayView(policy, who, batch.user)
      await office.workspaces.log({
        team,
        at: office.clock.now(),
        user,
        action: 'export',
        entry: 'batch',
        channel: batch.channel,
        target: batch.id,
        verdict: may ? 'allow' : 'refuse: not_viewer',
        reference: batch.id,
      })
      if (!may) return say(note(words.mrkdwn('refuse.not_viewer')))
      await sendFile(office, visitor, `${name}-${batch.batchId ?? batch.id}.csv`, await make(batch, words))
      const sent = words.mrkdwn('transcript.file_sent')
      if (click.viewId === undefined) return say(note(sent))
      // The preview stays below, to be answered.
      const { client } = await office.slack(team)
      const view = noteView(words.plain('batch.title'), sent, words.plain('modal.back'))
      await client.views.push({ trigger_id: click.trigger, view })
    })
  sendCsv('batch_results', 'movoice-batch', async (batch, words) =>
    resultsCsv(batch, await office.calls.byBatch(batch.id), words),
  )
  sendCsv('batch_rejected', 'movoice-left-out', async (batch, words) =>
    rejectedCsv(batch.request.rejected, words),
  )
}

const preview = (batch: Batch, mayAsk: boolean, warning: string | undefined, words: Words): ModalView =>
  batchPreviewView({ batch, memory: remember(batch.team, { b: batch.id }), mayAsk, warning }, words)

async function theBatch(
  office: Office,
  visitor: Visitor,
  id: string | undefined,
): Promise<Batch | undefined> {
  return id === undefined ? undefined : office.batches.get(id, visitor.team)
}
