import type { App, ViewOutput } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import { noteView } from '../blocks/note.ts'
import { errorFields } from '../calls/log.ts'
import { escapeMrkdwn, Words } from '../words/words.ts'
import { type Office, sorry, type Visitor, visitorOf } from './office.ts'

/** Slack gives a form up after three seconds; this leaves room for a busy machine and the way back. */
const PATIENCE = 1500

/** What a form may be answered with. */
export type FormAnswer =
  | { readonly response_action: 'clear' }
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | { readonly response_action: 'push' | 'update'; readonly view: ModalView }

export interface Form {
  readonly view: ViewOutput
  /** What to know the next view by, if it is to be updated once more. */
  readonly externalId: string
  /** Once a form. In time or not: what comes late replaces a view that asks for patience. */
  readonly answer: (answer: FormAnswer) => Promise<void>
}

/**
 * Registers a form. Slack is answered in time, whatever takes long: who somebody is may have to be asked of Slack.
 *
 * @param late whether a view that asks for patience is put over the form, or in its place
 */
export function onForm(
  app: App,
  office: Office,
  id: string,
  late: 'push' | 'update',
  handler: (visitor: Visitor, form: Form) => Promise<void>,
): void {
  app.view(id, async ({ ack, body, view, context }) =>
    office.tracked(async () => {
      const team = context.teamId ?? body.team?.id ?? ''
      const externalId = `${view.id}:${view.hash}`.slice(0, 255)
      let words = new Words('en', office.names)
      let state: 'open' | 'answered' | 'late' = 'open'
      let waiting: Promise<void> = Promise.resolve()
      const done = new AbortController()
      const answer = async (given: FormAnswer): Promise<void> => {
        if (state === 'open') {
          state = 'answered'
          return ack(given)
        }
        await waiting
        const { client } = await office.slack(team)
        await client.views.update({ external_id: externalId, view: asView(given, words) })
      }
      const work = async (): Promise<void> => {
        try {
          const { language } = await office.workspaces.policy(team)
          if (language !== 'auto') words = new Words(language, office.names)
          const visitor = await visitorOf(office, team, body.user.id)
          words = visitor.words
          await handler(visitor, { view, externalId, answer })
        } catch (error) {
          if (state === 'answered') throw error
          const text = sorry(office, error, words, team)
          const shown = noteView(words.plain('modal.title'), text, words.plain('modal.done'))
          await answer({ response_action: late, view: shown })
        }
      }
      const worked = work().finally(() => done.abort())
      await Promise.race([worked.catch(() => undefined), office.clock.sleep(PATIENCE, done.signal)])
      if (state === 'open') {
        state = 'late'
        const shown = noteView(
          words.plain('modal.title'),
          words.mrkdwn('modal.wait'),
          words.plain('modal.done'),
        )
        waiting = ack({ response_action: late, view: { ...shown, external_id: externalId } })
        await waiting
      }
      // What Slack refuses now is a form that its owner has closed.
      await worked.catch((error: unknown) => {
        if (state !== 'late') throw error
        office.log.warn({ team, form: id, ...errorFields(error) }, 'a form could not be brought up to date')
      })
    }),
  )
}

/** An answer that comes after Slack was told to wait: only a view can show it. */
function asView(given: FormAnswer, words: Words): ModalView {
  const note = (text: string, close: 'modal.back' | 'modal.done') =>
    noteView(words.plain('modal.title'), text, words.plain(close))
  switch (given.response_action) {
    case 'clear':
      return note(words.mrkdwn('modal.accepted'), 'modal.done')
    case 'errors':
      return note(
        Object.values(given.errors)
          .map((text) => `• ${escapeMrkdwn(text)}`)
          .join('\n'),
        'modal.back',
      )
    case 'push':
    case 'update':
      return given.view
  }
}
