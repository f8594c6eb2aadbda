import { type Clock, maskPhone } from '@movoice-kit/core'
import type { CallEvent } from '@movoice-kit/core/events'
import { sql } from 'kysely'
import type { Database } from '../store/database.ts'
import { listDeliveries } from '../store/deliveries.ts'
import { listEvents } from '../store/events.ts'
import { listSubscriptions, showSubscription } from '../subscriptions/store.ts'
import type { Status } from '../telemetry/status.ts'
import { chart } from './chart.ts'
import { type Html, html } from './html.ts'
import { story } from './story.ts'

const NAV = [
  ['/', 'Overview'],
  ['/dashboard/subscriptions', 'Subscriptions'],
  ['/dashboard/failed', 'Failed deliveries'],
] as const

const TONES: Readonly<Record<string, string>> = {
  delivered: 'good',
  active: 'good',
  ok: 'good',
  pending: 'wait',
  held: 'wait',
  paused: 'wait',
  failed: 'bad',
  disabled: 'bad',
  failing: 'bad',
}

export const tag = (word: string): Html => html`<span class="tag ${TONES[word] ?? 'soft'}">${word}</span>`
const when = (at: number | string | null): Html =>
  at === null ? html`–` : html`${new Date(at).toISOString().replace('T', ' ').slice(0, 19)}`

/** The pages of the dashboard, made on the server: they work without a script. */
export class Pages {
  readonly #database: Database
  readonly #clock: Clock
  readonly #status: () => Promise<Status>

  constructor(database: Database, clock: Clock, status: () => Promise<Status>) {
    this.#database = database
    this.#clock = clock
    this.#status = status
  }

  login(wrong = false): Html {
    return frame(
      'Sign in',
      html`<main class="login"><h1>Movoice hooks</h1>
      ${wrong ? html`<p class="note bad" role="alert">This is not the token of this server.</p>` : ''}
      <form method="post" action="/dashboard/login"><label for="token">Token (HOOKS_TOKEN)</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
      <button class="main">Sign in</button></form></main>`,
    )
  }

  async overview(mark: string): Promise<Html> {
    const { db } = this.#database
    const [status, events] = await Promise.all([this.#status(), listEvents(db, { limit: 25 })])
    const hour = await this.#lastHour()
    const cards: [string, string | number, string][] = [
      ['delivered', status.deliveries.delivered ?? 0, 'good'],
      ['on their way', (status.deliveries.pending ?? 0) + (status.deliveries.held ?? 0), 'wait'],
      ['failed', status.deliveries.failed ?? 0, (status.deliveries.failed ?? 0) > 0 ? 'bad' : ''],
      ['oldest due', `${status.oldest_due_seconds.toFixed(0)} s`, ''],
      ['median to deliver', hour.median === null ? '–' : `${hour.median} ms`, ''],
      ['events kept', status.events, ''],
    ]
    const sweeps = Object.entries(status.sweeps)
    return this.#page(
      '/',
      'Overview',
      mark,
      html`<div class="cards">${cards.map(([what, value, tone]) => html`<div class="card"><b class="${tone}">${value}</b><span>${what}</span></div>`)}</div>
      <h2>Last hour</h2><div class="card">${chart(hour.minutes)}<span>attempts a minute: delivered, and failed in red</span></div>
      <h2>Events</h2>
      ${
        events.length === 0
          ? html`<p class="note">No event yet. Point Movoice’s webhook (Settings → Webhooks) at <b>/movoice</b> of this server.</p>`
          : html`<div class="scroll"><table><thead><tr><th>Received (UTC)<th>Event<th>Call<th>Number<th>Outcome<th>By<th></thead><tbody>
      ${events.map((row) => {
        const event = JSON.parse(row.body) as CallEvent
        return html`<tr><td>${when(row.received_at)}<td>${event.type}<td>${callLink(event.call_id)}<td>${event.recipient_phone === null ? '–' : maskPhone(event.recipient_phone)}<td>${event.outcome ?? event.reason ?? event.action_name ?? '–'}<td>${row.source}<td>${row.state === 'waiting' ? tag('pending') : ''}</tr>`
      })}</tbody></table></div>`
      }
      <h2>Sweep</h2>${
        sweeps.length === 0
          ? html`<p class="note">Without an API key nothing can be looked up: what a webhook misses is not found.</p>`
          : html`<div class="scroll"><table><thead><tr><th>Account<th>Last look (UTC)<th>Goes on from<th>Old calls still open</thead><tbody>${sweeps.map(([name, sweep]) => html`<tr><td>${name}<td>${when(sweep.at)}<td>${when(sweep.from)}<td>${sweep.open}</tr>`)}</tbody></table></div>`
      }`,
    )
  }

  async subscriptions(mark: string, done?: string): Promise<Html> {
    const rows = (await listSubscriptions(this.#database.db)).map(showSubscription)
    return this.#page(
      '/dashboard/subscriptions',
      'Subscriptions',
      mark,
      html`${note(done)}${
        rows.length === 0
          ? html`<p class="note">Nobody has subscribed yet. <b>POST /hooks</b> with a target_url and an event does.</p>`
          : html`<div class="scroll"><table><thead><tr><th>Target<th>Event<th>Status<th>Health<th>Last delivered (UTC)<th>Last failure<th></thead><tbody>
      ${rows.map(
        (
          one,
        ) => html`<tr><td>${hostOf(one.target_url)}<br><span class="soft">${one.description ?? one.id}</span><td>${one.event}${Object.keys(one.filter).length > 0 ? html`<br><span class="soft">${JSON.stringify(one.filter)}</span>` : ''}<td>${tag(one.status)}${one.reason === null ? '' : html`<br><span class="soft">${one.reason}</span>`}<td>${tag(one.health)}<td>${when(one.last_success_at)}<td>${one.last_error ?? '–'}
        <td>${one.status === 'active' ? act(mark, 'pause', one.id, 'Pause', '/dashboard/subscriptions') : act(mark, 'resume', one.id, 'Resume', '/dashboard/subscriptions')} ${act(mark, 'end', one.id, 'End', '/dashboard/subscriptions')}</tr>`,
      )}</tbody></table></div>`
      }`,
    )
  }

  async failed(mark: string, done?: string): Promise<Html> {
    const rows = await listDeliveries(this.#database.db, { status: 'failed', limit: 100 })
    return this.#page(
      '/dashboard/failed',
      'Failed deliveries',
      mark,
      html`${note(done)}${
        rows.length === 0
          ? html`<p class="note">Nothing was given up.</p>`
          : html`<p>${act(mark, 'retry-all', '', 'Send all again', '/dashboard/failed')}</p><div class="scroll"><table><thead><tr><th>Event<th>Subscription<th>Attempts<th>Last (UTC)<th>Answer<th></thead><tbody>
      ${rows.map((row) => html`<tr><td>${callLink(row.event_id.split(':')[0] ?? null, row.event_id)}<td>${row.subscription_id}<td>${row.attempts}<td>${when(row.last_at)}<td>${row.last_error ?? '–'}<td>${act(mark, 'retry', row.id, 'Send again', '/dashboard/failed')}</tr>`)}</tbody></table></div>`
      }`,
    )
  }

  async call(mark: string, id: string): Promise<Html> {
    const { db } = this.#database
    const events = (await listEvents(db, { callId: id, limit: 50 })).reverse()
    const steps = await story(db, events)
    const last = events.at(-1)
    const back = `/dashboard/call?id=${encodeURIComponent(id)}`
    return this.#page(
      '',
      `Call ${id}`,
      mark,
      events.length === 0
        ? html`<p class="note">No event of such a call is kept here.</p>`
        : html`<div data-live><ol class="story">${steps.map(({ at, what, tone }) => html`<li class="${tone}"><span class="soft">${when(at)}</span> ${what}</li>`)}</ol></div>
        <p>${events.map((event) => html`${act(mark, 'replay', event.id, `Send ${(JSON.parse(event.body) as CallEvent).type} again`, back)} `)}</p>
        <h2>As it was told</h2><pre tabindex="0">${last === undefined ? '' : JSON.stringify(masked(JSON.parse(last.body) as CallEvent), null, 2)}</pre>`,
    )
  }

  /** What was attempted in the last hour, minute by minute. */
  async #lastHour(): Promise<{ minutes: { ok: number; no: number }[]; median: number | null }> {
    const { db } = this.#database
    const now = this.#clock.now()
    const from = now - 3_600_000
    const minute = sql<number>`cast((last_at - ${from}) / 60000 as integer)`
    const delivered = await db
      .selectFrom('deliveries')
      .select([minute.as('minute'), sql<number>`count(*)`.as('count')])
      .where('status', '=', 'delivered')
      .where('created_at', '>=', from)
      .groupBy('minute')
      .execute()
    const failed = await db
      .selectFrom('attempts')
      .select([
        sql<number>`cast((at - ${from}) / 60000 as integer)`.as('minute'),
        sql<number>`count(*)`.as('count'),
      ])
      .where('at', '>=', from)
      .groupBy('minute')
      .execute()
    const recent = await db
      .selectFrom('deliveries')
      .select(sql<number>`last_at - created_at`.as('ms'))
      .where('status', '=', 'delivered')
      .orderBy('event_seq', 'desc')
      .limit(200)
      .execute()
    const minutes = Array.from({ length: 60 }, () => ({ ok: 0, no: 0 }))
    for (const { minute, count } of delivered) {
      const slot = minutes[Math.min(59, Number(minute))]
      if (slot !== undefined) slot.ok += Number(count)
    }
    for (const { minute, count } of failed) {
      const slot = minutes[Math.min(59, Number(minute))]
      if (slot !== undefined) slot.no += Number(count)
    }
    const sorted = recent.map(({ ms }) => Number(ms)).sort((a, b) => a - b)
    return { minutes, median: sorted[Math.floor(sorted.length / 2)] ?? null }
  }

  #page(path: string, title: string, mark: string, body: Html): Html {
    return frame(
      title,
      html`<header><div><strong>Movoice hooks</strong><nav aria-label="Pages">${NAV.map(([to, name]) => (to === path ? html`<a href="${to}" aria-current="page">${name}</a>` : html`<a href="${to}">${name}</a>`))}</nav>
      <form method="get" action="/dashboard/call" role="search"><input name="id" aria-label="Find a call by its id" placeholder="Call id"></form>
      <form method="post" action="/dashboard/logout"><input type="hidden" name="mark" value="${mark}"><button>Sign out</button></form></div></header>
      <main><h1>${title}</h1><div ${path === '/' ? html`data-live` : ''}>${body}</div></main>`,
    )
  }
}

function frame(title: string, body: Html): Html {
  return html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title} – Movoice hooks</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/dashboard/style.css"><script src="/dashboard/live.js" defer></script></head><body>${body}</body></html>`
}

const note = (done: string | undefined): Html | string =>
  done === undefined ? '' : html`<p class="note good" role="status">Done: ${done}.</p>`

function act(mark: string, what: string, id: string, label: string, back: string): Html {
  return html`<form class="inline" method="post" action="/dashboard/do"><input type="hidden" name="mark" value="${mark}"><input type="hidden" name="act" value="${what}"><input type="hidden" name="id" value="${id}"><input type="hidden" name="back" value="${back}"><button>${label}</button></form>`
}

const callLink = (id: string | null, label = id): Html =>
  id === null ? html`–` : html`<a href="/dashboard/call?id=${encodeURIComponent(id)}">${label}</a>`

/** A target may carry a secret in its path: its host is enough to know it by. */
function hostOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname.length > 24 ? `${pathname.slice(0, 24)}…` : pathname}`
}

/** Numbers are for the subscribers; who looks over a shoulder sees their ends. */
function masked(event: CallEvent): CallEvent {
  const text = JSON.stringify(event).replace(/\+[1-9]\d{6,14}/g, (phone) => maskPhone(phone))
  return JSON.parse(text) as CallEvent
}
