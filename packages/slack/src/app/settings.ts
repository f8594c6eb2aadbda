import { createHash } from 'node:crypto'
import type { App } from '@slack/bolt'
import { getCountries } from 'libphonenumber-js/max'
import { option } from '../blocks/kit.ts'
import { remember } from '../blocks/memory.ts'
import { noteView } from '../blocks/note.ts'
import { type NamedGroup, notShown, settingsView } from '../blocks/settings.ts'
import { mayAdminister } from '../guards/judge.ts'
import { type Policy, readPolicy } from '../guards/policy.ts'
import { csvText } from '../parse/batch-file.ts'
import { onClick, sendFile } from './buttons.ts'
import type { Office, Visitor } from './office.ts'
import { onForm } from './on-form.ts'
import { field, readSettingsMemory, text } from './values.ts'

type State = Parameters<typeof field>[0]

/** The trigger lives three seconds: a name that is not there by then is shown as its id. */
const PATIENCE = 1200

export async function openSettings(
  office: Office,
  { team, policy, words }: Visitor,
  trigger: string,
): Promise<void> {
  const [doNotCall, groups] = await Promise.all([
    office.workspaces.countDoNotCall(team),
    Promise.race([
      office.people.groups(team).catch((): readonly NamedGroup[] => []),
      office.clock.sleep(PATIENCE).then((): readonly NamedGroup[] => []),
    ]),
  ])
  const agentName = policy.defaultAgent === null ? undefined : office.agents.nameOf(team, policy.defaultAgent)
  const memory = remember(team, { h: digest(policy) })
  const { client } = await office.slack(team)
  await client.views.open({
    trigger_id: trigger,
    view: settingsView({ policy, doNotCall, agentName, ownKey: office.ownKeys, groups, memory }, words),
  })
}

/** What the settings are, in short: a form that was opened before another was saved is not saved over it. */
const digest = (policy: Policy): string =>
  createHash('sha256').update(JSON.stringify(policy)).digest('hex').slice(0, 16)

/** Slack takes a hundred options. */
const OPTIONS = 100
const OPTIONS_PATIENCE = 2300

/** What admins decide. Who saves is asked again whether they may: a form can outlive a right. */
export function settings(app: App, office: Office): void {
  app.options('group_select', async ({ ack, options, body, context }) => {
    const team = context.teamId ?? body.team?.id ?? ''
    const listed = office.people.groups(team).catch(() => 'unreadable' as const)
    // Slack waits three seconds for the options of a select.
    const groups = await Promise.race([
      listed,
      office.clock.sleep(OPTIONS_PATIENCE).then(() => 'unreadable' as const),
    ])
    const wanted = (options.value ?? '').toLocaleLowerCase()
    const found =
      groups === 'unreadable'
        ? []
        : groups.filter(({ id, name }) => `${name} ${id}`.toLocaleLowerCase().includes(wanted))
    await ack({ options: found.slice(0, OPTIONS).map(({ id, name }) => option(name, id)) })
  })

  onForm(app, office, 'settings_view', 'update', async (visitor, { view, answer }) => {
    const { team, user, policy, who, words } = visitor
    const now = office.clock.now()
    const may = mayAdminister(policy, who)
    await office.workspaces.log({
      team,
      at: now,
      user,
      action: 'settings',
      entry: 'settings',
      channel: null,
      target: '',
      verdict: may ? 'allow' : 'refuse: not_admin',
      reference: null,
    })
    const tell = (message: string) =>
      answer({
        response_action: 'update',
        view: noteView(words.plain('settings.title'), message, words.plain('modal.done')),
      })
    if (!may) return tell(words.mrkdwn('refuse.not_admin'))
    const opened = readSettingsMemory(view.private_metadata)
    if (opened !== undefined && opened.h !== digest(policy))
      return answer({
        response_action: 'errors',
        errors: { switches: words.plain('settings.conflict') },
      })
    const read = readSettings(visitor, view.state.values)
    if (read.kind === 'errors') return answer({ response_action: 'errors', errors: read.errors })
    await office.workspaces.savePolicy(team, read.policy, now)
    if (read.apiKey !== undefined && office.ownKeys) {
      await office.workspaces.saveMovoiceKey(team, read.apiKey, now)
      office.forgetAccount(team)
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
      readonly apiKey: string | undefined
    }
  | { readonly kind: 'errors'; readonly errors: Record<string, string> }

function readSettings({ policy, words }: Visitor, state: State): ReadSettings {
  const errors: Record<string, string> = {}
  const on = new Set(field(state, 'switches').selected_options?.map(({ value }) => value))
  const country = text(state, 'country').toUpperCase()
  if (country !== '' && !(getCountries() as string[]).includes(country))
    errors.country = words.plain('settings.country_bad')
  const support = text(state, 'support')
  if (support !== '' && !/^https:\/\/[^\s<>|]+$/.test(support))
    errors.support = words.plain('settings.support_bad')
  if (Object.keys(errors).length > 0) return { kind: 'errors', errors }
  const count = (block: string): number | null => {
    const value = text(state, block)
    return value === '' ? null : Number(value)
  }
  const apiKey = text(state, 'api_key')
  return {
    kind: 'settings',
    apiKey: apiKey === '' ? undefined : apiKey,
    policy: readPolicy({
      ...policy,
      killSwitch: on.has('killSwitch'),
      guests: on.has('guests'),
      quickDial: on.has('quickDial'),
      batchQuestions: on.has('batchQuestions'),
      transcriptInThread: on.has('transcriptInThread'),
      callers: {
        users: listOf(state, 'users', policy.callers.users),
        groups: listOf(state, 'groups', policy.callers.groups),
        channels: listOf(state, 'channels', policy.callers.channels),
      },
      quotaPerPerson: count('quota_person'),
      quotaPerWorkspace: count('quota_workspace'),
      callFrom: field(state, 'from').selected_time ?? null,
      callUntil: field(state, 'until').selected_time ?? null,
      defaultCountry: country === '' ? null : country,
      defaultAgent: field(state, 'agent').selected_option?.value ?? null,
      viewers: listOf(state, 'viewers', policy.viewers),
      admins: listOf(state, 'admins', policy.admins),
      language: field(state, 'language').selected_option?.value ?? 'auto',
      supportUrl: support === '' ? null : support,
    }),
  }
}

/** What is chosen in all selects of a list, and what was not shown of it. */
function listOf(state: State, list: string, before: readonly string[]): string[] {
  const chosen = Object.keys(state)
    .filter((block) => block === list || new RegExp(`^${list}_\\d+$`).test(block))
    .flatMap((block) => {
      const { selected_users, selected_conversations, selected_options } = field(state, block)
      return [
        ...(selected_users ?? []),
        ...(selected_conversations ?? []),
        ...(selected_options ?? []).map(({ value }) => value),
      ]
    })
    .filter((id) => /^[A-Z0-9]+$/i.test(id))
  return [...new Set([...chosen, ...notShown(before)])]
}
