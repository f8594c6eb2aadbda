// A Slack for tests: emulate's Web API behind a recorder that checks every message and view against Slack's limits,
// a sender of signed requests, and a socket for Socket Mode.

import { createHmac, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { freePort } from '@movoice-kit/core/testing'
import { createEmulator } from 'emulate'
import { type WebSocket, WebSocketServer } from 'ws'
import { messageProblems, optionProblems, viewProblems } from '../../../packages/slack/src/testing/limits.ts'

export const SIGNING_SECRET = 'signing-secret-canary-4711'
export const BOT_TOKEN = 'xoxb-canary-0815-bot-token'
export const APP_TOKEN = 'xapp-canary-0815-app-token'
const SCOPES = [
  'commands',
  'chat:write',
  'chat:write.public',
  'users:read',
  'im:write',
  'files:read',
  'files:write',
]

export interface Recorded {
  readonly method: string
  readonly body: Record<string, unknown>
  readonly answer: Record<string, unknown>
  /** When it came, in ms. */
  readonly at: number
}

export interface Ack {
  readonly status: number
  readonly body: unknown
  readonly ms: number
}

export interface Person {
  readonly id: string
  isGuest: boolean
  isAdmin: boolean
  locale: string
  /** Where they are at home, if that is not this workspace. */
  home?: { readonly team: string; readonly enterprise?: string }
}

export type Mode = 'http' | 'socket'
type Json = Record<string, unknown>

/** What a Web API method answers instead of the emulator; `reset` lets it happen, then cuts the connection. */
export type Fault =
  | 'reset'
  | 'reset-before'
  | { readonly status: number }
  | { readonly error: string }
  | { readonly delay: number }

export class SlackWorld {
  readonly recorded: Recorded[] = []
  readonly problems: string[] = []
  /** Bodies sent to response URLs, by the id of the URL. */
  readonly responses: { readonly id: string; readonly body: Json }[] = []
  /** What the app answered at once. */
  readonly acks: unknown[] = []
  /** Files that the app sent. */
  readonly uploads: { readonly name: string; readonly text: string }[] = []
  readonly people = new Map<string, Person>()
  /** User groups, which the emulator does not know; `undefined`: the app has no right to read them. */
  groups: Map<string, { handle: string; name: string; users: string[] }> | undefined
  readonly faults: { readonly method: string; readonly fault: Fault }[] = []
  refreshes = 0
  /** Whether a message that is sent again by the same `client_msg_id` is the first one again, as at Slack. */
  knowsAgain = true
  readonly #sent = new Map<string, Json>()
  /** The organisation that installed the app for all of its workspaces. */
  enterprise: string | undefined
  /** What an installation gives, for tests of OAuth. */
  install: Json | undefined
  team = ''
  general = ''
  private: string = ''
  readonly mode: Mode
  /** Where the app listens, over HTTP. */
  appUrl = ''
  #emulator: { readonly url: string; close(): Promise<void> } | undefined
  #server: Server | undefined
  #socket: WebSocket | undefined
  #waiting = new Map<string, (payload: unknown) => void>()
  #origin = ''
  #files = new Map<string, string>()

  private constructor(mode: Mode) {
    this.mode = mode
  }

  static async start(mode: Mode = 'http'): Promise<SlackWorld> {
    const world = new SlackWorld(mode)
    const users = ['alice', 'boss', 'guest', 'bob', 'partner', 'app'].map((name) => ({
      name,
      email: `${name}@example.com`,
      is_admin: name === 'boss',
    }))
    world.#emulator = await createEmulator({
      service: 'slack',
      port: await freePort(),
      seed: {
        slack: {
          team: { name: 'Acme', domain: 'acme' },
          users,
          channels: [{ name: 'sales' }, { name: 'closed', is_private: true }],
          tokens: [
            {
              token: BOT_TOKEN,
              user: 'app',
              scopes: [
                ...SCOPES,
                'channels:read',
                'groups:read',
                'im:read',
                'channels:history',
                'im:history',
              ],
            },
          ],
          strict_scopes: false,
        },
      },
    } as never)
    const server = createServer((request, response) => {
      world.#serve(request, response).catch(() => response.destroy())
    })
    world.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    world.#origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    world.#listenForSockets(server)
    const auth = await world.#emulate('auth.test', {})
    world.team = String(auth.team_id)
    const { members } = (await world.#emulate('users.list', {})) as {
      members: { id: string; name: string }[]
    }
    for (const { id, name } of members) {
      world.people.set(name, {
        id,
        isGuest: name === 'guest',
        isAdmin: name === 'boss',
        locale: 'en-GB',
        // Of another company, in a channel that is shared with it.
        ...(name === 'partner' && { home: { team: 'T0PARTNER' } }),
      })
    }
    const { channels } = (await world.#emulate('conversations.list', {
      types: 'public_channel,private_channel',
    })) as { channels: { id: string; name: string }[] }
    world.general = channels.find(({ name }) => name === 'sales')?.id ?? ''
    world.private = channels.find(({ name }) => name === 'closed')?.id ?? ''
    return world
  }

  /** Who does something, and where: of an organisation's installation, Slack tells the person's home alone. */
  #by(name: string): Json {
    const person = this.people.get(name)
    const user = { id: this.user(name), team_id: person?.home?.team ?? this.team }
    return this.enterprise === undefined
      ? { team: { id: this.team }, user }
      : { team: null, user, enterprise: { id: this.enterprise }, is_enterprise_install: true }
  }

  get apiUrl(): string {
    return `${this.#origin}/api/`
  }

  user(name: string): string {
    const person = this.people.get(name)
    if (person === undefined) throw new Error(`There is no ${name}.`)
    return person.id
  }

  /** A file that somebody has uploaded. */
  upload(content: string): string {
    const id = `F${randomUUID().replace(/-/g, '').slice(0, 10).toUpperCase()}`
    this.#files.set(id, content)
    return id
  }

  calls(method: string): Recorded[] {
    return this.recorded.filter((one) => one.method === method)
  }

  /** All messages and edits of them, the newest text last. */
  messages(): {
    readonly channel: string
    readonly ts: string
    readonly thread: string | undefined
    readonly edits: string[]
  }[] {
    const posted = this.calls('chat.postMessage').filter(({ answer }) => answer.ok === true)
    return posted.map(({ body, answer }) => ({
      channel: String(answer.channel),
      ts: String(answer.ts),
      thread: body.thread_ts as string | undefined,
      edits: [
        textOf(body),
        ...this.calls('chat.update')
          .filter((one) => one.body.ts === answer.ts && one.answer.ok === true)
          .map((one) => textOf(one.body)),
      ],
    }))
  }

  async trigger(user: string): Promise<string> {
    const answer = await this.#emulate('views.generateTriggerId', { user_id: user })
    return String(answer.trigger_id)
  }

  async command(
    name: string,
    text: string,
    {
      user = 'alice',
      channel = this.general,
      trigger,
    }: { user?: string; channel?: string; trigger?: string } = {},
  ): Promise<Ack & { readonly id: string; readonly trigger: string }> {
    const id = randomUUID()
    const userId = this.user(user)
    const triggerId = trigger ?? (await this.trigger(userId))
    const body = {
      command: name,
      text,
      team_id: this.team,
      ...(this.enterprise !== undefined && {
        enterprise_id: this.enterprise,
        is_enterprise_install: 'true',
      }),
      channel_id: channel,
      user_id: userId,
      user_name: user,
      trigger_id: triggerId,
      response_url: `${this.#origin}/respond/${id}`,
      api_app_id: 'A1',
    }
    return { ...(await this.#send('slash_commands', body)), id, trigger: triggerId }
  }

  /** A click on a button of a message, or of a view if no message is given. */
  async click(
    button: { readonly action_id: string; readonly value?: string },
    {
      user = 'alice',
      channel = this.general,
      ts = '1.1',
      actionTs = String(Date.now() / 1000),
      viewId,
      id = randomUUID(),
    }: { user?: string; channel?: string; ts?: string; actionTs?: string; viewId?: string; id?: string } = {},
  ): Promise<Ack & { readonly id: string; readonly payload: Json }> {
    const userId = this.user(user)
    const payload = {
      type: 'block_actions',
      ...this.#by(user),
      api_app_id: 'A1',
      trigger_id: await this.trigger(userId),
      ...(viewId === undefined
        ? {
            channel: { id: channel },
            message: { ts },
            container: { type: 'message', message_ts: ts, channel_id: channel },
            response_url: `${this.#origin}/respond/${id}`,
          }
        : { view: { id: viewId, type: 'modal' }, container: { type: 'view', view_id: viewId } }),
      actions: [{ type: 'button', block_id: 'b', action_ts: actionTs, ...button }],
    }
    return { ...(await this.replay(payload)), id, payload }
  }

  /** The same interaction again, as it was. */
  replay(payload: Json): Promise<Ack> {
    return this.#send('interactive', payload)
  }

  async submit(
    view: { readonly id?: unknown; readonly callback_id?: unknown; readonly private_metadata?: unknown },
    values: Json,
    { user = 'alice' }: { user?: string } = {},
  ): Promise<Ack & { readonly payload: Json }> {
    const payload = {
      type: 'view_submission',
      ...this.#by(user),
      api_app_id: 'A1',
      view: {
        type: 'modal',
        hash: 'h1',
        state: { values },
        id: view.id ?? 'V1',
        callback_id: view.callback_id,
        private_metadata: view.private_metadata,
        app_installed_team_id: this.enterprise ?? this.team,
      },
    }
    return { ...(await this.replay(payload)), payload }
  }

  async options(
    value: string,
    { user = 'alice', action = 'agent_select' }: { user?: string; action?: string } = {},
  ): Promise<Ack> {
    return this.#send('interactive', {
      type: 'block_suggestion',
      ...this.#by(user),
      api_app_id: 'A1',
      action_id: action,
      block_id: 'agent',
      value,
      container: { type: 'view' },
    })
  }

  async shortcut(
    callbackId: string,
    message: Json | undefined,
    { user = 'alice', channel = this.general }: { user?: string; channel?: string } = {},
  ): Promise<Ack & { readonly payload: Json }> {
    const userId = this.user(user)
    const payload = {
      type: message === undefined ? 'shortcut' : 'message_action',
      callback_id: callbackId,
      ...this.#by(user),
      trigger_id: await this.trigger(userId),
      action_ts: String(Date.now() / 1000),
      ...(message !== undefined && {
        message,
        message_ts: '1.1',
        channel: { id: channel },
        response_url: `${this.#origin}/respond/${randomUUID()}`,
      }),
    }
    return { ...(await this.replay(payload)), payload }
  }

  /** @param authorized whether Slack says what was installed where */
  async event(event: Json, eventId = `Ev${randomUUID()}`, authorized = true): Promise<Ack> {
    return this.#send('events_api', {
      type: 'event_callback',
      team_id: this.team,
      api_app_id: 'A1',
      event_id: eventId,
      event_time: 1,
      event,
      ...(this.enterprise !== undefined && { enterprise_id: this.enterprise }),
      ...(authorized && {
        authorizations: [
          {
            team_id: this.team,
            enterprise_id: this.enterprise ?? null,
            user_id: 'U',
            is_bot: true,
            is_enterprise_install: this.enterprise !== undefined,
          },
        ],
      }),
    })
  }

  /** Waits for something to be true; generous, because machines differ. */
  async until<T>(
    what: string,
    look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
    within = 15_000,
  ): Promise<T> {
    const end = Date.now() + within
    for (;;) {
      const found = await look()
      if (found !== undefined && found !== false && found !== null) return found
      if (Date.now() > end)
        throw new Error(
          `Waited in vain for ${what}. Last: ${JSON.stringify(this.recorded.slice(-3)).slice(0, 2000)} ${JSON.stringify(this.responses.slice(-2)).slice(0, 2000)}`,
        )
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** What was answered to a command or a click, in full. */
  async response(id: string, count = 1): Promise<Json> {
    return this.until('a response', () => {
      const found = this.responses.filter((one) => one.id === id)
      return found.length >= count ? found.at(-1)?.body : undefined
    })
  }

  /** Buttons of a message, by their action. */
  static buttons(message: {
    readonly blocks?: unknown
  }): Record<string, { readonly action_id: string; readonly value?: string }> {
    const found: Record<string, { readonly action_id: string; readonly value?: string }> = {}
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(walk)
      else if (typeof value === 'object' && value !== null) {
        const {
          type,
          action_id,
          value: carries,
        } = value as { type?: unknown; action_id?: unknown; value?: unknown }
        if (type === 'button' && typeof action_id === 'string')
          found[action_id] = { action_id, ...(typeof carries === 'string' && { value: carries }) }
        Object.values(value).forEach(walk)
      }
    }
    walk(message.blocks)
    return found
  }

  async close(): Promise<void> {
    this.#socket?.terminate()
    this.#server?.closeAllConnections()
    await new Promise<void>((resolve) => this.#server?.close(() => resolve()))
    await this.#emulator?.close()
  }

  async #send(type: string, body: Json): Promise<Ack> {
    const began = performance.now()
    if (this.mode === 'socket') {
      const socket = await this.until('the app’s socket', () => this.#socket)
      const id = randomUUID()
      const ack = new Promise<unknown>((resolve) => this.#waiting.set(id, resolve))
      socket.send(
        JSON.stringify({
          envelope_id: id,
          type,
          payload: body,
          accepts_response_payload: type !== 'events_api',
        }),
      )
      const answered = await ack
      this.#acked(answered)
      return { status: 200, body: answered, ms: performance.now() - began }
    }
    const isForm = type !== 'events_api'
    const text = isForm
      ? new URLSearchParams(
          type === 'interactive' ? { payload: JSON.stringify(body) } : (body as Record<string, string>),
        ).toString()
      : JSON.stringify(body)
    const answer = await fetch(`${this.appUrl}/slack/events`, {
      method: 'POST',
      body: text,
      headers: {
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        ...signature(text),
      },
    })
    const raw = await answer.text()
    const answered = raw === '' ? undefined : raw.startsWith('{') ? JSON.parse(raw) : raw
    this.#acked(answered)
    return { status: answer.status, body: answered, ms: performance.now() - began }
  }

  #acked(body: unknown): void {
    this.acks.push(body)
    const { view, options } = (typeof body === 'object' && body !== null ? body : {}) as Json
    if (view !== undefined) this.problems.push(...viewProblems(view).map((problem) => `ack: ${problem}`))
    if (options !== undefined)
      this.problems.push(...optionProblems(options).map((problem) => `ack: ${problem}`))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const raw = Buffer.concat(parts)
    const url = request.url ?? '/'
    const json = (body: object, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (url.startsWith('/respond/')) {
      const body = JSON.parse(raw.toString()) as Json
      this.problems.push(
        ...messageProblems({ text: String(body.text), blocks: body.blocks }).map(
          (problem) => `response: ${problem}`,
        ),
      )
      this.responses.push({ id: url.slice('/respond/'.length), body })
      response.end('ok')
      return
    }
    if (url.startsWith('/upload?')) {
      const asked = new URL(url, this.#origin).searchParams
      const type = request.headers['content-type'] ?? ''
      const parts = await new Response(raw, { headers: { 'content-type': type } }).formData()
      const [file] = [...parts.values()]
      this.uploads.push({
        name: asked.get('name') ?? '',
        text: typeof file === 'object' ? await file.text() : String(file),
      })
      const up = await fetch(asked.get('to') ?? '', {
        method: 'POST',
        body: raw,
        headers: { 'content-type': type },
      })
      response.writeHead(up.status).end(await up.text())
      return
    }
    if (url.startsWith('/files/')) {
      const content =
        request.headers.authorization?.startsWith('Bearer xox') === true
          ? this.#files.get(url.slice('/files/'.length))
          : undefined
      response.writeHead(content === undefined ? 403 : 200).end(content)
      return
    }
    const method = url.replace(/^\/api\//, '').replace(/\?.*$/, '')
    const body = parseBody(raw.toString(), request.headers['content-type'] ?? '')
    if (method === 'apps.connections.open')
      return json({ ok: true, url: `${this.#origin.replace('http', 'ws')}/link/?ticket=t` })
    if (method === 'oauth.v2.access' && body.grant_type === 'refresh_token') {
      this.refreshes += 1
      await new Promise((resolve) => setTimeout(resolve, 200))
      return json({
        ok: true,
        access_token: BOT_TOKEN,
        refresh_token: `xoxe-1-${this.refreshes}`,
        expires_in: 43_200,
        team: { id: this.team },
      })
    }
    if (method === 'oauth.v2.access' && this.install !== undefined)
      return json({
        ok: true,
        token_type: 'bot',
        app_id: 'A1',
        team: { id: this.team, name: 'Acme' },
        authed_user: { id: this.user('boss') },
        ...this.install,
      })
    if (method === 'files.info')
      return json({
        ok: true,
        file: { id: body.file, url_private_download: `${this.#origin}/files/${String(body.file)}` },
      })
    if (method.startsWith('usergroups.')) {
      const answer = this.#userGroups(method, body)
      this.recorded.push({ method, body, answer, at: performance.now() })
      return json(answer)
    }
    const again = `${String(body.channel)} ${String(body.client_msg_id)}`
    if (method === 'chat.postMessage' && this.knowsAgain && this.#sent.has(again))
      return json(this.#sent.get(again) ?? {})
    const index = this.faults.findIndex((one) => one.method === method)
    const fault = index === -1 ? undefined : this.faults.splice(index, 1)[0]?.fault
    if (fault === 'reset-before') {
      request.socket.destroy()
      return
    }
    if (typeof fault === 'object' && 'error' in fault) {
      this.recorded.push({ method, body, answer: { ok: false, error: fault.error }, at: performance.now() })
      return json({ ok: false, error: fault.error })
    }
    if (typeof fault === 'object' && 'status' in fault) {
      response.writeHead(fault.status).end()
      return
    }
    if (typeof fault === 'object' && 'delay' in fault)
      await new Promise((resolve) => setTimeout(resolve, fault.delay))
    const up = await fetch(`${this.#emulator?.url}${url}`, {
      method: request.method ?? 'POST',
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? '',
      },
      ...(raw.length > 0 && { body: raw }),
    })
    const text = await up.text()
    const answer = (text.startsWith('{') ? JSON.parse(text) : { raw: text }) as Json
    if (method === 'users.info' && answer.ok === true) {
      const person = [...this.people.values()].find(({ id }) => id === body.user)
      Object.assign(answer.user as Json, {
        is_restricted: person?.isGuest ?? false,
        is_admin: person?.isAdmin ?? false,
        locale: person?.locale ?? 'en-GB',
        team_id: person?.home?.team ?? this.team,
        enterprise_user:
          person?.home?.enterprise === undefined ? undefined : { enterprise_id: person.home.enterprise },
      })
    }
    if (method === 'auth.test' && this.enterprise !== undefined) answer.enterprise_id = this.enterprise
    // Views that a test made up are no worse than those the emulator opened.
    if (method === 'views.update' && answer.error === 'not_found')
      Object.assign(answer, { ok: true, error: undefined, view: body.view })
    if (method === 'files.getUploadURLExternal' && typeof answer.upload_url === 'string') {
      const asked = new URLSearchParams({ name: String(body.filename), to: answer.upload_url })
      answer.upload_url = `${this.#origin}/upload?${asked}`
    }
    if (method === 'chat.postMessage' && answer.ok === true && body.client_msg_id !== undefined)
      this.#sent.set(again, answer)
    this.#check(method, body)
    this.recorded.push({ method, body, answer, at: performance.now() })
    if (fault === 'reset') {
      request.socket.destroy()
      return
    }
    response.writeHead(up.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }

  #userGroups(method: string, body: Json): Json {
    if (this.groups === undefined)
      return { ok: false, error: 'missing_scope', needed: 'usergroups:read', provided: SCOPES.join() }
    if (method === 'usergroups.list')
      return {
        ok: true,
        usergroups: [...this.groups].map(([id, { handle, name }]) => ({ id, handle, name })),
      }
    const group = this.groups.get(String(body.usergroup))
    return group === undefined ? { ok: false, error: 'no_such_subteam' } : { ok: true, users: group.users }
  }

  #check(method: string, body: Json): void {
    if (method === 'chat.postMessage' || method === 'chat.update') {
      this.problems.push(
        ...messageProblems({ text: String(body.text ?? ''), blocks: body.blocks }).map(
          (problem) => `${method}: ${problem}`,
        ),
      )
      if (body.reply_broadcast !== undefined) this.problems.push(`${method}: reply_broadcast`)
    }
    if (method.startsWith('views.'))
      this.problems.push(...viewProblems(body.view).map((problem) => `${method}: ${problem}`))
  }

  #listenForSockets(server: Server): void {
    const sockets = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (one) => {
        this.#socket = one
        one.send(
          JSON.stringify({
            type: 'hello',
            num_connections: 1,
            connection_info: { app_id: 'A1' },
            debug_info: { host: 'x', approximate_connection_time: 18_060 },
          }),
        )
        one.on('message', (data) => {
          const { envelope_id, payload } = JSON.parse(String(data)) as {
            envelope_id: string
            payload?: unknown
          }
          this.#waiting.get(envelope_id)?.(payload)
          this.#waiting.delete(envelope_id)
        })
      })
    })
  }

  async #emulate(method: string, body: Record<string, string>): Promise<Json> {
    const answer = await fetch(`${this.#emulator?.url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BOT_TOKEN}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(body),
    })
    return (await answer.json()) as Json
  }
}

/** Slack's signature of a request's body. */
export function signature(body: string, at = Math.floor(Date.now() / 1000)): Record<string, string> {
  const mac = createHmac('sha256', SIGNING_SECRET).update(`v0:${at}:${body}`).digest('hex')
  return { 'x-slack-request-timestamp': String(at), 'x-slack-signature': `v0=${mac}` }
}

function parseBody(text: string, type: string): Json {
  if (type.includes('json')) return JSON.parse(text === '' ? '{}' : text) as Json
  const body: Json = Object.fromEntries(new URLSearchParams(text))
  for (const key of ['blocks', 'view', 'metadata']) {
    if (typeof body[key] === 'string') body[key] = JSON.parse(body[key])
  }
  return body
}

export const textOf = (message: { readonly text?: unknown; readonly blocks?: unknown }): string =>
  JSON.stringify(message.blocks ?? message.text)
