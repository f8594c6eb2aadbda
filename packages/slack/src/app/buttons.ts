import type { App } from '@slack/bolt'
import { callView } from '../blocks/call-modal.ts'
import { confirmMessage } from '../blocks/confirm.ts'
import type { Message } from '../blocks/kit.ts'
import { isLink, recordingText } from '../blocks/lists.ts'
import { noteView } from '../blocks/note.ts'
import { transcriptView } from '../blocks/transcript.ts'
import type { Call } from '../calls/model.ts'
import { directChannel } from '../calls/posting.ts'
import { mayView } from '../guards/judge.ts'
import { Words } from '../words/words.ts'
import { answer, ask, note } from './asking.ts'
import { type Office, sorry, type Visitor, visitorOf } from './office.ts'
import { plainValue, readAnswer, readPage } from './values.ts'

/** What a click carries, whatever it was on. */
export interface Click {
  readonly value: string | undefined
  readonly trigger: string
  readonly channel: string | undefined
  readonly messageTs: string | undefined
  /** Slack's own time of the click: the same for a click that is told twice. */
  readonly actionTs: string
  readonly viewId: string | undefined
}

type Handler = (
  visitor: Visitor,
  click: Click,
  say: (message: Message, replace?: boolean) => Promise<void>,
) => Promise<void>

/** Registers a button: answered at once, once a click, and with an apology where it fails. */
export function onClick(app: App, office: Office, id: string, handler: Handler): void {
  app.action(id, async ({ ack, body, action, respond, context }) => {
    await ack()
    return office.tracked(async () => {
      await office.turn()
      if (body.type !== 'block_actions') return
      const team = context.teamId ?? body.team?.id ?? ''
      const one = action as {
        readonly value?: string
        readonly action_ts?: string
        readonly action_id: string
      }
      const click: Click = {
        value: plainValue(one.value),
        trigger: body.trigger_id,
        channel: body.channel?.id,
        messageTs:
          body.message?.ts ?? (body.container as { readonly message_ts?: string } | undefined)?.message_ts,
        actionTs: one.action_ts ?? body.trigger_id,
        viewId: body.view?.id,
      }
      const claim = `click:${team}:${body.user.id}:${id}:${click.channel ?? click.viewId ?? ''}:${click.messageTs ?? ''}:${click.actionTs}`
      let words = new Words('en', office.names)
      const say = async ({ text, blocks }: Message, replace = false): Promise<void> => {
        if (body.response_url !== undefined)
          await respond({ response_type: 'ephemeral', replace_original: replace, text, blocks })
        else {
          const { client } = await office.slack(team)
          await client.views.open({
            trigger_id: click.trigger,
            view: noteView(words.plain('modal.title'), text, words.plain('modal.done')),
          })
        }
      }
      await office.seen.once(claim, office.clock.now(), async () => {
        try {
          const visitor = await visitorOf(office, team, body.user.id)
          words = visitor.words
          await handler(visitor, click, say)
        } catch (error) {
          await say(note(sorry(office, error, words, team)))
        }
      })
    })
  })
}

export function buttons(app: App, office: Office): void {
  onClick(app, office, 'confirm_call', async (visitor, click, say) => {
    const said = readAnswer(click.value)
    const draft = said === undefined ? undefined : await office.drafts.get(said.d, visitor.team)
    if (said === undefined || draft === undefined)
      return say(note(visitor.words.mrkdwn('confirm.expired')), true)
    await say(await answer(office, visitor, draft, said.g, said.q === undefined ? [] : [said.q]), true)
  })

  onClick(app, office, 'confirm_cancel', async (visitor, click, say) => {
    const said = readAnswer(click.value)
    const draft = said === undefined ? undefined : await office.drafts.get(said.d, visitor.team)
    // A new generation makes every button of the old asking worth nothing.
    if (draft !== undefined) await office.drafts.askAgain(draft, draft.answered)
    await say(note(visitor.words.mrkdwn('confirm.cancelled')), true)
  })

  onClick(app, office, 'confirm_edit', async (visitor, click, say) => {
    const said = readAnswer(click.value)
    const draft = said === undefined ? undefined : await office.drafts.get(said.d, visitor.team)
    if (draft === undefined || (await office.drafts.askAgain(draft, [])) === undefined)
      return say(note(visitor.words.mrkdwn('confirm.expired')), true)
    const { agentId, agentName, ...start } = draft.request
    const memory = {
      n: office.newId(),
      c: draft.channel,
      t: draft.threadTs,
      e: 'modal' as const,
      w: draft.team,
    }
    const { client } = await office.slack(visitor.team)
    await client.views.open({
      trigger_id: click.trigger,
      view: callView(memory, { ...start, agent: { id: agentId, name: agentName } }, visitor.words),
    })
    await say(note(visitor.words.mrkdwn('confirm.cancelled')), true)
  })

  onClick(app, office, 'call_again', async (visitor, click, say) => {
    const call = await theCall(office, visitor, click.value)
    if (call === undefined) return say(note(visitor.words.mrkdwn('confirm.expired')))
    // The question shows the number, and whoever calls may see it ever after.
    if (!mayView(visitor.policy, visitor.who, call.user)) {
      await audit(office, visitor, call, 'call', 'refuse: not_viewer')
      return say(note(visitor.words.mrkdwn('refuse.not_viewer_again')))
    }
    const { scheduleAt: _past, ...request } = call.request
    const asked = await ask(office, visitor, {
      claim: `again:${call.id}:${visitor.user}:${click.actionTs}`,
      entry: 'button',
      channel: call.channel,
      threadTs: null,
      request,
    })
    if (asked.kind === 'refuse') return say(note(asked.text))
    await say(confirmMessage(asked.draft, asked.question, office.clock.now(), visitor.policy, visitor.words))
  })

  onClick(app, office, 'transcript', async (visitor, click, say) => {
    const seen = await viewable(office, visitor, click.value, 'transcript')
    if (seen.kind === 'no') return say(note(seen.text))
    const { client } = await office.slack(visitor.team)
    const { words } = visitor
    const transcript = seen.call.result?.transcript ?? ''
    const view =
      transcript === ''
        ? noteView(
            words.plain('transcript.title'),
            words.mrkdwn('transcript.none'),
            words.plain('modal.done'),
          )
        : transcriptView(seen.call, transcript, 0, words)
    await client.views.open({ trigger_id: click.trigger, view })
  })

  for (const turn of ['transcript_next', 'transcript_previous']) {
    onClick(app, office, turn, async (visitor, click, say) => {
      const page = readPage(click.value)
      const seen = await viewable(office, visitor, page?.c, 'transcript')
      if (seen.kind === 'no' || page === undefined || click.viewId === undefined)
        return say(note(seen.kind === 'no' ? seen.text : '—'))
      const { client } = await office.slack(visitor.team)
      await client.views.update({
        view_id: click.viewId,
        view: transcriptView(seen.call, seen.call.result?.transcript ?? '', page.p, visitor.words),
      })
    })
  }

  onClick(app, office, 'transcript_file', async (visitor, click, say) => {
    const seen = await viewable(office, visitor, readPage(click.value)?.c, 'transcript')
    if (seen.kind === 'no') return say(note(seen.text))
    await sendFile(
      office,
      visitor,
      `transcript-${seen.call.callId ?? seen.call.id}.txt`,
      seen.call.result?.transcript ?? '',
    )
    if (click.viewId !== undefined) {
      const { client } = await office.slack(visitor.team)
      const { words } = visitor
      await client.views.update({
        view_id: click.viewId,
        view: noteView(
          words.plain('transcript.title'),
          words.mrkdwn('transcript.file_sent'),
          words.plain('modal.done'),
        ),
      })
    }
  })

  onClick(app, office, 'recording', async (visitor, click, say) => {
    const seen = await viewable(office, visitor, click.value, 'recording')
    if (seen.kind === 'no') return say(note(seen.text))
    const url = seen.call.result?.recording_url ?? ''
    await say(note(isLink(url) ? recordingText(url, visitor.words) : visitor.words.mrkdwn('recording.none')))
  })
}

async function theCall(office: Office, visitor: Visitor, id: string | undefined): Promise<Call | undefined> {
  return id === undefined ? undefined : office.calls.get(id, visitor.team)
}

type Seen = { readonly kind: 'yes'; readonly call: Call } | { readonly kind: 'no'; readonly text: string }

/** A call whose words this person may read; who asked is in the audit log either way. */
async function viewable(
  office: Office,
  visitor: Visitor,
  id: string | undefined,
  action: 'transcript' | 'recording',
): Promise<Seen> {
  const { policy, who, words } = visitor
  const call = await theCall(office, visitor, id)
  if (call === undefined)
    return { kind: 'no', text: words.mrkdwn(action === 'transcript' ? 'transcript.none' : 'recording.none') }
  const may = mayView(policy, who, call.user)
  await audit(office, visitor, call, action, may ? 'allow' : 'refuse: not_viewer')
  return may ? { kind: 'yes', call } : { kind: 'no', text: words.mrkdwn('refuse.not_viewer') }
}

const audit = (office: Office, { team, user }: Visitor, call: Call, action: string, verdict: string) =>
  office.workspaces.log({
    team,
    at: office.clock.now(),
    user,
    action,
    entry: 'button',
    channel: call.channel,
    target: call.callId ?? call.id,
    verdict,
    reference: null,
  })

/** Sends a file to one person alone. */
export async function sendFile(
  office: Office,
  visitor: Visitor,
  name: string,
  content: string,
): Promise<void> {
  const { client, post } = await office.slack(visitor.team)
  const channel = await directChannel(client, visitor.user)
  await post.filesUploadV2({
    channel_id: channel,
    filename: name,
    file: Buffer.from(content, 'utf8'),
    title: name,
  })
}
