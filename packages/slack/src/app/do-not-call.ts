import type { App } from '@slack/bolt'
import { doNotCallText, doNotCallView } from '../blocks/do-not-call.ts'
import { clip } from '../blocks/kit.ts'
import { noteView } from '../blocks/note.ts'
import { mayAdminister } from '../guards/judge.ts'
import { csvText, readBatchFile } from '../parse/batch-file.ts'
import { parseCall } from '../parse/parse-call.ts'
import { note } from './asking.ts'
import { onClick, sendFile } from './buttons.ts'
import { download } from './download.ts'
import { type Office, sorry, type Visitor } from './office.ts'
import { onForm } from './on-form.ts'
import { field, text } from './values.ts'

/** A national list may be long; a file of 5 MB holds about this many numbers. */
const MOST_ROWS = 500_000

/** The do-not-call list: seen as a file, changed number by number or by a file. For admins alone. */
export function doNotCall(app: App, office: Office): void {
  onClick(app, office, 'do_not_call_open', async (visitor, click, say) => {
    if (!(await mayChange(office, visitor, 'open')))
      return say(note(visitor.words.mrkdwn('refuse.not_admin')))
    const { client } = await office.slack(visitor.team)
    const count = await office.workspaces.countDoNotCall(visitor.team)
    await client.views.push({
      trigger_id: click.trigger,
      view: doNotCallView(count, visitor.team, visitor.words),
    })
  })

  onClick(app, office, 'do_not_call_export', async (visitor, click, say) => {
    const { team, words } = visitor
    if (!(await mayChange(office, visitor, 'export'))) return say(note(words.mrkdwn('refuse.not_admin')))
    const phones = await office.workspaces.doNotCall(team)
    await sendFile(
      office,
      visitor,
      'movoice-do-not-call.csv',
      csvText([['phone'], ...phones.map((one) => [one])]),
    )
    const { client } = await office.slack(team)
    if (click.viewId !== undefined)
      await client.views.update({
        view_id: click.viewId,
        view: noteView(words.plain('dnc.title'), words.mrkdwn('dnc.sent'), words.plain('modal.back')),
      })
  })

  onForm(app, office, 'do_not_call_view', 'update', async (visitor, { view, answer }) => {
    const { team, words, policy } = visitor
    const tell = (message: string) => noteView(words.plain('dnc.title'), message, words.plain('modal.back'))
    if (!(await mayChange(office, visitor, 'change')))
      return answer({ response_action: 'update', view: tell(words.mrkdwn('refuse.not_admin')) })
    const country = policy.defaultCountry ?? undefined
    const errors: Record<string, string> = {}
    const read = (block: 'add' | 'remove'): string[] => {
      const phones: string[] = []
      for (const [index, line] of text(view.state.values, block).split('\n').entries()) {
        if (line.trim() === '') continue
        const number = parseCall(line, country)
        if (number.kind === 'call' && number.agent === undefined) phones.push(number.e164)
        else
          errors[block] ??= words.plain('settings.do_not_call_bad', {
            line: String(index + 1),
            number: clip(line.trim(), 40),
          })
      }
      return phones
    }
    const add = read('add')
    const remove = read('remove')
    if (Object.keys(errors).length > 0) return answer({ response_action: 'errors', errors })
    await answer({ response_action: 'update', view: tell('…') })
    const { client } = await office.slack(team)
    const show = async (message: string) => {
      await client.views.update({ view_id: view.id, view: tell(message) })
    }
    try {
      const asked = field(view.state.values, 'file').files?.[0]
      const unread: { readonly row: number; readonly text: string }[] = []
      if (asked !== undefined) {
        const bytes = await download(office, team, asked)
        if (bytes === undefined) return await show(words.mrkdwn('batch.unreadable'))
        const file = readBatchFile(bytes, MOST_ROWS, country)
        if (file.kind === 'not_csv') return await show(words.mrkdwn('batch.not_csv', { reason: file.reason }))
        if (file.kind === 'no_phone')
          return await show(words.mrkdwn('batch.no_phone', { columns: clip(file.columns.join(', '), 500) }))
        if (file.kind === 'too_many') return await show(words.mrkdwn('batch.too_large', { limit: MOST_ROWS }))
        add.push(...file.rows.map(({ phone }) => phone))
        unread.push(...file.rejected.filter(({ why }) => !why.startsWith('duplicate:')))
      }
      const changed = await office.workspaces.changeDoNotCall(team, { add, remove }, office.clock.now())
      await show(doNotCallText({ ...changed, unread }, words))
    } catch (error) {
      await show(sorry(office, error, words, team))
    }
  })
}

async function mayChange(
  office: Office,
  { team, user, policy, who }: Visitor,
  target: string,
): Promise<boolean> {
  const may = mayAdminister(policy, who)
  await office.workspaces.log({
    team,
    at: office.clock.now(),
    user,
    action: 'do_not_call',
    entry: 'settings',
    channel: null,
    target,
    verdict: may ? 'allow' : 'refuse: not_admin',
    reference: null,
  })
  return may
}
