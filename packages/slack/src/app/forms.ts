import type { App } from '@slack/bolt'
import { confirmView, problemText, refusalText } from '../blocks/confirm.ts'
import { clip, option } from '../blocks/kit.ts'
import { noteView } from '../blocks/note.ts'
import { dueAt, isPast, type Request } from '../calls/model.ts'
import { parseCall } from '../parse/parse-call.ts'
import { tidy } from '../parse/tidy.ts'
import { tokenize } from '../parse/tokens.ts'
import type { Words } from '../words/words.ts'
import { ask, tellIfUnplaced } from './asking.ts'
import type { Office, Visitor } from './office.ts'
import { onForm } from './on-form.ts'
import { field, readAnswer, readFormMemory, text } from './values.ts'

type Errors = Record<string, string>
type State = Parameters<typeof field>[0]

/** The form for a call, the question behind it, and the agents to choose from. */
export function forms(app: App, office: Office): void {
  app.options('agent_select', async ({ ack, options, body, context }) => {
    const team = context.teamId ?? body.team?.id ?? ''
    // An answer that comes late shows an error of Slack's; an empty one lets the person type on.
    const found = await office.agents.search(team, options.value ?? '').catch(() => undefined)
    await ack({ options: (found ?? []).map(({ id, name }) => option(name, id)) })
  })

  onForm(app, office, 'call_view', 'push', async (visitor, { view, answer }) => {
    const { policy, words } = visitor
    const memory = readFormMemory(view.private_metadata)
    if (memory === undefined)
      return answer({
        response_action: 'update',
        view: noteView(
          words.plain('modal.title'),
          words.mrkdwn('confirm.expired'),
          words.plain('modal.done'),
        ),
      })
    const read = readForm(office, visitor, view.state.values)
    if (read.kind === 'errors') return answer({ response_action: 'errors', errors: read.errors })
    const where = field(view.state.values, 'where').selected_conversation ?? null
    const asked = await ask(office, visitor, {
      // What was changed in the form makes another question; the same form sent twice does not.
      claim: `form:${memory.n}:${JSON.stringify([read.request, where])}`,
      entry: memory.e,
      channel: where,
      // The thread belongs to the channel it is in.
      threadTs: where === memory.c ? memory.t : null,
      request: read.request,
    })
    if (asked.kind === 'refuse')
      return answer({
        response_action: 'push',
        view: noteView(words.plain('modal.title'), asked.text, words.plain('modal.back')),
      })
    await answer({
      response_action: 'push',
      view: confirmView(asked.draft, asked.question, office.clock.now(), policy, words),
    })
  })

  onForm(app, office, 'confirm_view', 'update', async (visitor, { view, answer }) => {
    const { words, policy, user, team } = visitor
    const tell = (message: string) =>
      answer({
        response_action: 'update',
        view: noteView(words.plain('modal.title'), message, words.plain('modal.done')),
      })
    const said = readAnswer(view.private_metadata)
    const draft = said === undefined ? undefined : await office.drafts.get(said.d, team)
    if (said === undefined || draft === undefined) return tell(words.mrkdwn('confirm.expired'))
    const result = await office.placer.answer(draft, user, said.g, said.q === undefined ? [] : [said.q])
    switch (result.kind) {
      case 'claimed': {
        // Begun before it is told: a form that was closed meanwhile has said yes all the same.
        const told = answer({ response_action: 'clear' })
        office.later(office.placer.place(result.call).then((call) => tellIfUnplaced(office, visitor, call)))
        return told
      }
      case 'taken':
        return tell(words.mrkdwn('confirm.already'))
      case 'expired':
        return tell(words.mrkdwn('confirm.expired'))
      case 'refuse':
        return tell(
          refusalText(
            result.verdict.why,
            { phone: result.verdict.phone, policy, now: dueAt(draft.request, office.clock.now()) },
            words,
          ),
        )
      case 'ask':
        return answer({
          response_action: 'update',
          view: confirmView(result.draft, result.question, office.clock.now(), policy, words),
        })
    }
  })
}

type ReadForm =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'errors'; readonly errors: Errors }

function readForm(office: Office, { policy, words }: Visitor, state: State): ReadForm {
  const errors: Errors = {}
  const country = policy.defaultCountry ?? undefined
  const picked = field(state, 'pick').selected_option?.value
  const block = state.pick === undefined ? 'phone' : 'pick'
  const number = parseCall(picked ?? text(state, 'phone'), country)
  let phone = ''
  if (number.kind === 'call' && number.agent === undefined && Object.keys(number.variables).length === 0)
    phone = number.e164
  else if (number.kind === 'problem')
    errors[block] = plainProblem(problemText(number.problem, number.at, number.suggestion, words))
  else errors[block] = words.plain('modal.number_hint')
  const agent = field(state, 'agent').selected_option
  if (agent == null) errors.agent = words.plain('modal.required')
  const variables = readVariables(text(state, 'variables'), words)
  if (variables.kind === 'error') errors.variables = variables.text
  let fromNumber: string | undefined
  const from = text(state, 'from')
  if (from !== '') {
    const read = parseCall(from, country)
    if (read.kind === 'call' && read.agent === undefined) fromNumber = read.e164
    else errors.from = words.plain('modal.number_hint')
  }
  const scheduleAt = field(state, 'schedule').selected_date_time ?? undefined
  if (isPast({ scheduleAt }, office.clock.now())) errors.schedule = words.plain('modal.past')
  const max = text(state, 'max')
  if (Object.keys(errors).length > 0 || agent == null || variables.kind === 'error')
    return { kind: 'errors', errors }
  return {
    kind: 'request',
    request: {
      phone,
      agentId: agent.value,
      agentName: agent.text.text,
      variables: variables.values,
      ...(fromNumber !== undefined && { fromNumber }),
      ...(scheduleAt !== undefined && { scheduleAt }),
      ...(max !== '' && { maxDuration: Number(max) * 60 }),
    },
  }
}

/** Errors of a form are plain text. */
const plainProblem = (text: string): string => clip(text.replace(/^:[a-z_]+: /, '').replace(/[*`]/g, ''), 500)

type ReadVariables =
  | { readonly kind: 'values'; readonly values: Record<string, string> }
  | { readonly kind: 'error'; readonly text: string }

/** One `key=value` a line; a value may have spaces, and needs no quotes. */
export function readVariables(written: string, words: Words): ReadVariables {
  const values: Record<string, string> = {}
  for (const [index, raw] of written.split('\n').entries()) {
    const line = tidy(raw)
    if (line === '') continue
    const match = /^([\p{L}_][\p{L}\p{M}\p{N}_.-]{0,63})\s*[=＝:]\s*(.+)$/u.exec(line)
    const key = match?.[1]
    if (match === null || key === undefined || Object.hasOwn(values, key))
      return { kind: 'error', text: words.plain('modal.bad_variable', { line: index + 1 }) }
    const quoted = tokenize(match[2] ?? '')
    const only = quoted.ok && quoted.tokens.length === 1 ? quoted.tokens[0] : undefined
    const value = only?.quoted === true && only.key === undefined ? only.text : (match[2] ?? '')
    Object.defineProperty(values, key, { value, enumerable: true })
  }
  return { kind: 'values', values }
}
