import type { Call, ListCallsQuery } from '@movoice-kit/core/contract'
import type { App } from '@slack/bolt'
import { agentMessage } from '../blocks/agent.ts'
import { batchView } from '../blocks/batch.ts'
import { callView } from '../blocks/call-modal.ts'
import { confirmMessage, problemText } from '../blocks/confirm.ts'
import { clip, type Message } from '../blocks/kit.ts'
import { agentsMessage, callsMessage, type Listed, statusMessage } from '../blocks/lists.ts'
import { mayAdminister, mayView } from '../guards/judge.ts'
import { readFilters } from '../parse/filters.ts'
import { parseCall, type ReadCall } from '../parse/parse-call.ts'
import { tidy } from '../parse/tidy.ts'
import { Mrkdwn, Words } from '../words/words.ts'
import { answer, ask, note } from './asking.ts'
import { type Office, refusedAt, sorry, type Visitor, visitorOf } from './office.ts'
import { openSettings } from './settings.ts'

interface CommandRequest {
  readonly text: string
  readonly trigger: string
  readonly channel: string
  /** Tells the one who typed it; five times at most. */
  readonly say: (message: Message) => Promise<void>
}

/** `/call` and `/movoice`: answered at once, so that Slack never waits for anything but this process. */
export function commands(app: App, office: Office): void {
  for (const name of [office.names.call, office.names.umbrella]) {
    app.command(name, async ({ ack, command, body, respond, context }) => {
      await ack()
      return office.tracked(async () => {
        await office.turn()
        const team = context.teamId ?? body.team_id
        const request: CommandRequest = {
          text: command.text ?? '',
          trigger: body.trigger_id,
          channel: body.channel_id,
          say: async ({ text, blocks }) => {
            await respond({ response_type: 'ephemeral', text, blocks })
          },
        }
        await office.seen.once(`command:${team}:${request.trigger}`, office.clock.now(), async () => {
          let words = new Words('en', office.names)
          try {
            const visitor = await visitorOf(office, team, body.user_id)
            words = visitor.words
            if (name === office.names.call) await call(office, visitor, request)
            else await umbrella(office, visitor, request)
          } catch (error) {
            await request.say(note(sorry(office, error, words, team)))
          }
        })
      })
    })
  }
}

/** What is only looked at: no phone rings, but it tells whom others called, and how their agents speak. */
const LOOKS = new Set(['status', 'calls', 'agents', 'agent'])

async function umbrella(office: Office, visitor: Visitor, request: CommandRequest): Promise<void> {
  const { words } = visitor
  const [first = '', ...rest] = tidy(request.text).split(' ')
  const text = rest.join(' ')
  const verb = first.toLowerCase()
  if (LOOKS.has(verb) && visitor.who.isGuest && !visitor.policy.guests)
    return request.say(note(words.mrkdwn('refuse.guest_looks')))
  switch (verb) {
    case 'call':
      // As it came: what Slack escaped is undone once.
      return call(office, visitor, { ...request, text: request.text.trimStart().replace(/^\S+/, '') })
    case 'status':
      return status(office, visitor, { ...request, text })
    case 'calls':
      return calls(office, visitor, { ...request, text })
    case 'agents':
      return agents(office, visitor, { ...request, text })
    case 'agent':
      return agent(office, visitor, { ...request, text })
    case 'batch':
      return batch(office, visitor, request)
    case 'settings':
      return settings(office, visitor, request)
    case '':
    case 'help':
      return request.say(note(words.mrkdwn('help.text')))
    default: {
      // `/movoice +91 …` is what `/call +91 …` is.
      if (parseCall(request.text, visitor.policy.defaultCountry ?? undefined).kind === 'call')
        return call(office, visitor, request)
      return request.say(
        note(`${words.mrkdwn('read.unknown_verb', { at: clip(first, 40) })}\n\n${words.mrkdwn('help.text')}`),
      )
    }
  }
}

async function call(office: Office, visitor: Visitor, request: CommandRequest): Promise<void> {
  const { team, policy, words } = visitor
  const refused = await refusedAt(office, visitor, { entry: 'command', channel: request.channel })
  if (refused !== undefined) return request.say(note(refused))
  const read = parseCall(request.text, policy.defaultCountry ?? undefined)
  if (read.kind === 'problem')
    return request.say(note(problemText(read.problem, read.at, read.suggestion, words)))
  if (read.kind === 'empty') return openForm(office, visitor, request, undefined)
  const wanted = read.agent ?? policy.defaultAgent ?? undefined
  // Without an agent, the form asks for it; the trigger lives three seconds, so nothing is waited for before.
  if (wanted === undefined) return openForm(office, visitor, request, read)
  const inFull = await office.agents.find(team, read.agentInFull ?? wanted)
  const found = inFull.kind === 'one' ? inFull : await office.agents.find(team, wanted)
  if (found.kind === 'several') {
    const names = found.agents.map(({ id, name }) => `${name} (${id})`).join(', ')
    return request.say(
      note(words.mrkdwn('read.agent_several', { agent: clip(wanted, 100), names: clip(names, 500) })),
    )
  }
  if (found.kind === 'none') {
    const near =
      found.near.length > 0
        ? words.mrkdwn('read.agent_near', {
            names: visitor.words.oneOf(found.near.map(({ name }) => clip(name, 80))),
          })
        : words.mrkdwn('read.agent_none')
    return request.say(
      note(words.mrkdwn('read.agent_unknown', { agent: clip(wanted, 100), near: new Mrkdwn(near) })),
    )
  }
  const asked = await ask(office, visitor, {
    claim: `command:${team}:${request.trigger}`,
    entry: 'command',
    channel: request.channel,
    threadTs: null,
    request: {
      phone: read.e164,
      agentId: found.agent.id,
      agentName: found.agent.name,
      variables: read.variables,
    },
  })
  if (asked.kind === 'refuse') return request.say(note(asked.text))
  if (policy.quickDial && asked.question === undefined) {
    return request.say(await answer(office, visitor, asked.draft, asked.draft.generation, []))
  }
  return request.say(confirmMessage(asked.draft, asked.question, office.clock.now(), policy, words))
}

async function openForm(
  office: Office,
  visitor: Visitor,
  request: CommandRequest,
  read: ReadCall | undefined,
): Promise<void> {
  const { client } = await office.slack(visitor.team)
  const memory = {
    n: office.newId(),
    c: request.channel,
    t: null,
    e: 'modal' as const,
    w: visitor.team,
  }
  const start = read === undefined ? {} : { phone: read.international, variables: read.variables }
  await client.views.open({ trigger_id: request.trigger, view: callView(memory, start, visitor.words) })
}

async function status(office: Office, visitor: Visitor, request: CommandRequest): Promise<void> {
  const { team, policy, who, words } = visitor
  const id = request.text.replace(/^`|`$/g, '')
  if (id === '') return request.say(note(words.mrkdwn('read.id_missing', { verb: 'status' })))
  const movoice = await office.movoice(team)
  const ours = await office.calls.byCallId(id, team)
  if (ours === undefined && (await office.sharesAccount(team)))
    return request.say(note(words.mrkdwn('fail.NotFoundError')))
  const found = await movoice.calls.get(id)
  if (ours !== undefined) await office.results.learn(ours, found)
  const name =
    found.agent_id == null ? '—' : (ours?.request.agentName ?? office.agents.nameOf(team, found.agent_id))
  const full = mayView(policy, who, ours?.user)
  if (full)
    await office.workspaces.log({
      team,
      at: office.clock.now(),
      user: visitor.user,
      action: 'status',
      entry: 'command',
      channel: request.channel,
      target: found.call_id,
      verdict: 'allow',
      reference: null,
    })
  return request.say(statusMessage(found, name, full, words))
}

const LISTED = 20

async function calls(office: Office, visitor: Visitor, request: CommandRequest): Promise<void> {
  const { team, policy, who, words } = visitor
  const filters = readFilters(request.text)
  if (!filters.ok) return request.say(note(words.mrkdwn(filters.problem, { at: clip(filters.at, 60) })))
  const { agent: wanted, limit = LISTED, ...query } = filters.filters
  let agentId: string | undefined
  if (wanted !== undefined) {
    const found = await office.agents.find(team, wanted)
    agentId = found.kind === 'one' ? found.agent.id : wanted
  }
  const movoice = await office.movoice(team)
  const page: ListCallsQuery = { ...query, limit, ...(agentId !== undefined && { agent_id: agentId }) }
  const { items, hasMore } = (await office.sharesAccount(team))
    ? await ownCalls(office, team, movoice.calls.list(page), limit)
    : await movoice.calls.list(page)
  const full = mayAdminister(policy, who) || policy.viewers.includes(visitor.user)
  const lines: Listed[] = items.map((one) => ({
    id: one.call_id,
    state: one.status,
    phone: one.recipient_phone ?? null,
    agentName: one.agent_id == null ? '—' : office.agents.nameOf(team, one.agent_id),
    at: one.created_at ?? null,
    outcome: one.outcome ?? null,
  }))
  return request.say(callsMessage(lines, hasMore, full, words))
}

/** Of an account that workspaces share, each sees the calls it placed. */
const LOOKED_THROUGH = 500

async function ownCalls(office: Office, team: string, all: AsyncIterable<Call>, limit: number) {
  const items: Call[] = []
  let looked = 0
  for await (const call of all) {
    looked += 1
    if (items.length === limit || looked > LOOKED_THROUGH) return { items, hasMore: true }
    if ((await office.calls.byCallId(call.call_id, team)) !== undefined) items.push(call)
  }
  return { items, hasMore: false }
}

async function agents(office: Office, visitor: Visitor, request: CommandRequest): Promise<void> {
  const all =
    request.text === ''
      ? await office.agents.list(visitor.team)
      : await office.agents.search(visitor.team, request.text, 1000)
  return request.say(agentsMessage(all ?? [], visitor.words))
}

async function agent(office: Office, visitor: Visitor, request: CommandRequest): Promise<void> {
  const { team, policy, who, words } = visitor
  if (request.text === '') return request.say(note(words.mrkdwn('read.id_missing', { verb: 'agent' })))
  const found = await office.agents.find(team, request.text.replace(/^["“`]|["”`]$/g, ''))
  const id = found.kind === 'one' ? found.agent.id : request.text
  const movoice = await office.movoice(team)
  return request.say(agentMessage(await movoice.agents.get(id), team, mayAdminister(policy, who), words))
}

async function batch(office: Office, visitor: Visitor, request: CommandRequest): Promise<void> {
  const { words } = visitor
  const refused = await refusedAt(office, visitor, { entry: 'batch', channel: request.channel })
  if (refused !== undefined) return request.say(note(refused))
  const { client } = await office.slack(visitor.team)
  const memory = {
    n: office.newId(),
    c: request.channel,
    t: null,
    e: 'batch' as const,
    w: visitor.team,
  }
  await client.views.open({ trigger_id: request.trigger, view: batchView(memory, words) })
}

async function settings(office: Office, visitor: Visitor, request: CommandRequest): Promise<void> {
  if (!mayAdminister(visitor.policy, visitor.who))
    return request.say(note(visitor.words.mrkdwn('refuse.not_admin')))
  await openSettings(office, visitor, request.trigger)
}
