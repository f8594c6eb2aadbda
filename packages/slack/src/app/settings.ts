import type { App } from '@slack/bolt'
import { getCountries } from 'libphonenumber-js/max'
import { noteView } from '../blocks/note.ts'
import { settingsView } from '../blocks/settings.ts'
import { mayAdminister } from '../guards/judge.ts'
import { type Policy, readPolicy } from '../guards/policy.ts'
import { csvText } from '../parse/batch-file.ts'
import { parseCall } from '../parse/parse-call.ts'
import { onClick, sendFile } from './buttons.ts'
import { type Office, type Visitor, visitorOf } from './office.ts'
import { field, text } from './values.ts'

type State = Parameters<typeof field>[0]

export async function openSettings(
  office: Office,
  { team, policy, words }: Visitor,
  trigger: string,
): Promise<void> {
  const doNotCall = await office.workspaces.doNotCall(team)
  const agentName = policy.defaultAgent === null ? undefined : office.agents.nameOf(team, policy.defaultAgent)
  const { client } = await office.slack(team)
  await client.views.open({
    trigger_id: trigger,
    view: settingsView({ policy, doNotCall, agentName, ownKey: office.ownKeys }, words),
  })
}

/** What admins decide. Who saves is asked again whether they may: a form can outlive a right. */
export function settings(app: App, office: Office): void {
  app.view('settings_view', async ({ ack, body, view, context }) => {
    const team = context.teamId ?? body.team?.id ?? ''
    const visitor = await visitorOf(office, team, body.user.id)
    const { policy, who, words } = visitor
    const now = office.clock.now()
    const may = mayAdminister(policy, who)
    await office.workspaces.log({
      team,
      at: now,
      user: body.user.id,
      action: 'settings',
      entry: 'settings',
      channel: null,
      target: '',
      verdict: may ? 'allow' : 'refuse: not_admin',
      reference: null,
    })
    const tell = (message: string) =>
      ack({
        response_action: 'update',
        view: noteView(words.plain('settings.title'), message, words.plain('modal.done')),
      })
    if (!may) return tell(words.mrkdwn('refuse.not_admin'))
    const read = await readSettings(office, visitor, view.state.values)
    if (read.kind === 'errors') return ack({ response_action: 'errors', errors: read.errors })
    await office.workspaces.savePolicy(team, read.policy, now)
    await office.workspaces.saveDoNotCall(team, read.doNotCall, now)
    if (read.apiKey !== undefined && office.ownKeys) {
      await office.workspaces.saveMovoiceKey(team, read.apiKey, now)
      office.agents.forget(team)
    }
    await tell(words.mrkdwn('settings.saved'))
  })

  onClick(app, office, 'audit_export', async (visitor, click) => {
    const { team, user, policy, who, words } = visitor
    const may = mayAdminister(policy, who)
    await office.workspaces.log({
      team,
      at: office.clock.now(),
      user,
      action: 'export',
      entry: 'settings',
      channel: null,
      target: 'audit',
      verdict: may ? 'allow' : 'refuse: not_admin',
      reference: null,
    })
    if (!may) return
    await sendFile(office, visitor, 'movoice-audit.csv', await auditCsv(office, team))
    const { client } = await office.slack(team)
    if (click.viewId !== undefined)
      await client.views.update({
        view_id: click.viewId,
        view: noteView(
          words.plain('settings.title'),
          words.mrkdwn('settings.audit_sent'),
          words.plain('modal.done'),
        ),
      })
  })
}

async function auditCsv(office: Office, team: string): Promise<string> {
  const lines = await office.workspaces.audit(team)
  return csvText([
    ['at', 'user', 'action', 'entry', 'channel', 'target', 'verdict', 'reference'],
    ...lines.map((line) => [
      new Date(line.at).toISOString(),
      line.user,
      line.action,
      line.entry,
      line.channel,
      line.target,
      line.verdict,
      line.reference,
    ]),
  ])
}

type ReadSettings =
  | {
      readonly kind: 'settings'
      readonly policy: Policy
      readonly doNotCall: string[]
      readonly apiKey: string | undefined
    }
  | { readonly kind: 'errors'; readonly errors: Record<string, string> }

async function readSettings(
  office: Office,
  { team, policy, words }: Visitor,
  state: State,
): Promise<ReadSettings> {
  const errors: Record<string, string> = {}
  const on = new Set(field(state, 'switches').selected_options?.map(({ value }) => value))
  const country = text(state, 'country').toUpperCase()
  if (country !== '' && !(getCountries() as string[]).includes(country))
    errors.country = words.plain('settings.country_bad')
  const support = text(state, 'support')
  if (support !== '' && !/^https:\/\/[^\s<>|]+$/.test(support))
    errors.support = words.plain('settings.support_bad')
  const shown = (await office.workspaces.doNotCall(team)).slice(200)
  const doNotCall: string[] = [...shown]
  for (const [index, line] of (field(state, 'do_not_call').value ?? '').split('\n').entries()) {
    if (line.trim() === '') continue
    const read = parseCall(line, country === '' ? undefined : country)
    if (read.kind === 'call' && read.agent === undefined) doNotCall.push(read.e164)
    else
      errors.do_not_call ??= words.plain('settings.do_not_call_bad', {
        line: index + 1,
        number: line.trim().slice(0, 40),
      })
  }
  if (Object.keys(errors).length > 0) return { kind: 'errors', errors }
  const count = (block: string): number | null => {
    const value = text(state, block)
    return value === '' ? null : Number(value)
  }
  const apiKey = text(state, 'api_key')
  return {
    kind: 'settings',
    doNotCall,
    apiKey: apiKey === '' ? undefined : apiKey,
    policy: readPolicy({
      ...policy,
      killSwitch: on.has('killSwitch'),
      guests: on.has('guests'),
      quickDial: on.has('quickDial'),
      transcriptInThread: on.has('transcriptInThread'),
      callers: {
        users: [...(field(state, 'users').selected_users ?? [])],
        groups: text(state, 'groups')
          .split(/[\s,;]+/)
          .filter((group) => group !== ''),
        channels: [...(field(state, 'channels').selected_conversations ?? [])],
      },
      quotaPerPerson: count('quota_person'),
      quotaPerWorkspace: count('quota_workspace'),
      callFrom: field(state, 'from').selected_time ?? null,
      callUntil: field(state, 'until').selected_time ?? null,
      defaultCountry: country === '' ? null : country,
      defaultAgent: field(state, 'agent').selected_option?.value ?? null,
      viewers: [...(field(state, 'viewers').selected_users ?? [])],
      admins: [...(field(state, 'admins').selected_users ?? [])],
      language: field(state, 'language').selected_option?.value ?? 'auto',
      supportUrl: support === '' ? null : support,
    }),
  }
}
