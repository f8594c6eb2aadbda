import { maskPhone } from '@movoice-kit/core/engine'
import type { CallEvent } from '@movoice-kit/core/events'
import type { Subscription } from '../contract/index.ts'
import { limitsThatHold } from '../delivery/rate.ts'
import type { DeliveryRow } from '../store/deliveries.ts'
import type { Depths } from '../store/depths.ts'
import type { EventRow } from '../store/events.ts'
import type { ApiCost } from '../telemetry/api-cost.ts'
import { charts } from './chart.ts'
import { Html, html } from './html.ts'
import { badge, button, duration, plural, TONES, time } from './layout.ts'
import { type Numbers, RANGES, type Range } from './numbers.ts'
import type { Session } from './session.ts'

export function signInPage(problem: string | undefined): Html {
  return html`<section class="sign-in">
<p>See what came in from Movoice, who was told, and what they answered.</p>
<form method="post" action="/dashboard/sign-in">
<label for="token">Token</label>
<input id="token" name="token" type="password" required autocomplete="current-password" autofocus${
    problem === undefined ? '' : new Html(' aria-invalid="true" aria-describedby="problem"')
  }>
${problem === undefined ? '' : html`<p id="problem" class="problem" role="alert">${problem}</p>`}
<button>Sign in</button>
</form>
<p class="soft">It is the <code>HOOKS_TOKEN</code> that this server was started with.</p>
</section>`
}

export interface Overview {
  readonly depths: Depths
  readonly numbers: Numbers
  readonly cost: ApiCost
  readonly range: Range
  readonly events: readonly EventRow[]
  readonly progress: ReadonlyMap<number, Record<string, number>>
  readonly troubled: readonly Subscription[]
  readonly sweeps: readonly { readonly account: string; readonly at: number }[]
  readonly older: number | undefined
}

export function overviewPage({
  depths,
  numbers,
  cost,
  range,
  events,
  progress,
  troubled,
  sweeps,
  older,
}: Overview): Html {
  const { total } = numbers
  return html`<div id="now" data-live>
${troubled.length === 0 ? '' : troubles(troubled)}
<dl class="tiles">
${tile('Received', (total.received + total.recovered).toLocaleString('en'), total.recovered > 0 ? `${total.recovered} by the sweep alone` : `in ${RANGES[range].label}`)}
${tile('Delivered', total.delivered.toLocaleString('en'), total.p50 === null ? 'nothing yet' : `median ${duration(total.p50)}`)}
${tile('Failed attempts', total.failed.toLocaleString('en'), total.failed === 0 ? 'none' : 'tried again by themselves', total.failed > 0 ? 'warn' : '')}
${tile('Waiting', (depths.deliveries.pending + depths.deliveries.held).toLocaleString('en'), depths.oldestDueMs > 1_000 ? `oldest due for ${duration(depths.oldestDueMs)}` : depths.waiting > 0 ? `${plural(depths.waiting, 'event')} being completed` : 'nothing overdue')}
${tile('Dead letters', depths.deliveries.failed.toLocaleString('en'), depths.deliveries.failed === 0 ? 'none' : 'given up, kept', depths.deliveries.failed > 0 ? 'bad' : '')}
</dl>
</div>
<section aria-labelledby="over-time">
<div class="head"><h2 id="over-time">Over time</h2>
<ul class="ranges" aria-label="How far back">${Object.entries(RANGES).map(
    ([key, { label }]) =>
      html`<li><a href="/?range=${key}"${key === range ? new Html(' aria-current="true"') : ''}>${label}</a></li>`,
  )}</ul></div>
<div id="charts" data-live>${charts(numbers, range)}</div>
</section>
<section aria-labelledby="live">
<h2 id="live">Events <small>newest first, as they come in</small></h2>
<div id="events" data-live>${
    events.length === 0
      ? html`<p class="empty">No event yet. Point Movoice’s webhook (Settings → Webhooks) at <code>/movoice</code> of this server, or wait for the first sweep.</p>`
      : html`<ol class="rows">${events.map((row) => eventRow(row, progress.get(row.seq) ?? {}))}</ol>`
  }
${older === undefined ? '' : html`<p><a href="/?range=${range}&amp;before=${older}">Older events</a></p>`}
${sweeps.length === 0 ? '' : html`<p class="soft">Last sweep of <code>GET /calls</code>: ${sweeps.map(({ account, at }, index) => html`${index > 0 ? ', ' : ''}${account === 'default' ? '' : html`${account} `}${time(at)}`)}. It recovers calls that ended; what an agent did during a call (actions, transfers) no sweep can recover. ${costOf(cost, range)}</p>`}
</div>
</section>`
}

function costOf({ lists, gets, others, ended, perCall }: ApiCost, range: Range): Html {
  const asked = `${plural(lists, 'list')}, ${plural(gets, 'call')} and ${plural(others, 'agent')}`
  return perCall === undefined
    ? html`In ${RANGES[range].label} the API was asked for ${asked}, and no call ended.`
    : html`In ${RANGES[range].label} the API was asked <b>${perCall.toFixed(1)} times a call</b>: for ${asked}, while ${plural(ended, 'call')} ended.`
}

function troubles(troubled: readonly Subscription[]): Html {
  return html`<section class="trouble" aria-labelledby="trouble"><h2 id="trouble">Needs a look</h2><ul>${troubled.map(
    (one) =>
      html`<li><a href="/dashboard/subscriptions#${one.id}">${one.description ?? hostOf(one.target_url)}</a>: ${
        one.status === 'disabled'
          ? one.reason
          : html`its endpoint is down since ${sinceOf(one)} (${shortened(one.last_error ?? 'no answer')}). It is tried every 30 s, and nothing is lost.`
      }</li>`,
  )}</ul></section>`
}

/** What an endpoint answered may be long; here its beginning is enough. */
const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text)

const sinceOf = ({ failing_since }: Subscription): Html | string =>
  failing_since === null ? 'just now' : time(Date.parse(failing_since))

function tile(label: string, value: string, note: string, tone = ''): Html {
  return html`<div class="tile ${tone}"><dt>${label}</dt><dd><b>${value}</b> <span>${note}</span></dd></div>`
}

function eventRow(row: EventRow, progress: Record<string, number>): Html {
  const event = JSON.parse(row.body) as CallEvent
  const what = html`<b>${event.type}</b> ${event.outcome ?? event.reason ?? event.action_name ?? ''}`
  const who = event.recipient_phone === null ? '' : maskPhone(event.recipient_phone)
  return html`<li><a class="row" ${event.call_id === null ? new Html('') : html`href="/dashboard/call?id=${encodeURIComponent(event.call_id)}"`}>
<span class="when">${time(row.received_at)}</span>
<span class="what">${what}</span>
<span class="who">${event.agent_name ?? event.agent_id ?? ''} ${who}</span>
<span class="id">${event.call_id ?? ''}</span>
<span class="how">${row.source === 'sweep' ? badge('sweep', 'plain') : ''}${row.state === 'waiting' ? badge('completing', 'busy') : standing(progress)}</span>
</a></li>`
}

function standing(progress: Record<string, number>): Html {
  const known = Object.entries(progress)
  if (known.length === 0) return badge('no subscriber', 'plain')
  return html`${known.map(([status, count]) => badge(count === 1 ? status : `${count} ${status}`, TONES[status] ?? 'plain'))}`
}

export interface SubscriptionsView {
  readonly session: Session
  readonly hooks: readonly Subscription[]
  readonly backlogs: ReadonlyMap<string, Record<string, number>>
  readonly all: boolean
}

export function subscriptionsPage({ session, hooks, backlogs, all }: SubscriptionsView): Html {
  return html`<p class="soft">${plural(hooks.length, 'subscription')}. <a href="/dashboard/subscriptions${all ? '' : '?all=1'}">${all ? 'Hide those that have ended' : 'Show those that have ended too'}</a></p>
<div id="hooks" data-live>${
    hooks.length === 0
      ? html`<p class="empty">Nobody is told yet. <code>POST /hooks</code> with a <code>target_url</code> and an <code>event</code> subscribes.</p>`
      : html`<ul class="cards">${hooks.map((hook) => subscriptionCard(session, hook, backlogs.get(hook.id) ?? {}))}</ul>`
  }</div>`
}

function subscriptionCard(session: Session, hook: Subscription, backlog: Record<string, number>): Html {
  const name = hook.description ?? hostOf(hook.target_url)
  const waits = (backlog.pending ?? 0) + (backlog.held ?? 0)
  const path = `/dashboard/subscriptions/${hook.id}`
  const actions = [
    ...(hook.status === 'active'
      ? [
          button({
            session,
            action: `${path}/test`,
            label: 'Send a test event',
            about: `to ${name}`,
            quiet: true,
          }),
        ]
      : []),
    ...(hook.status === 'active'
      ? [button({ session, action: `${path}/pause`, label: 'Pause', about: name, quiet: true })]
      : []),
    ...(hook.status === 'paused' || hook.status === 'disabled'
      ? [button({ session, action: `${path}/resume`, label: 'Resume', about: name })]
      : []),
    ...((backlog.failed ?? 0) > 0 && hook.status !== 'ended'
      ? [
          button({
            session,
            action: `${path}/retry`,
            label: `Send ${plural(backlog.failed ?? 0, 'dead letter')} again`,
            about: `to ${name}`,
          }),
        ]
      : []),
    ...(hook.status !== 'ended'
      ? [
          html`<details id="end-${hook.id}" class="sure"><summary>End…</summary>${button({ session, action: `${path}/end`, label: 'End it for good', about: name })}</details>`,
        ]
      : []),
  ]
  return html`<li class="card" id="${hook.id}"><h2>${name} ${healthOf(hook)}</h2>
<p class="target" title="${hook.target_url}">${hook.target_url}</p>
<dl class="facts">
<div><dt>Event</dt><dd>${hook.event === '*' ? 'all' : hook.event}</dd></div>
${hook.account === null ? '' : html`<div><dt>Account</dt><dd>${hook.account}</dd></div>`}
${hook.once ? html`<div><dt>Ends</dt><dd>after one event</dd></div>` : ''}
${Object.entries(hook.filter).map(([key, value]) => html`<div><dt>${key}</dt><dd>${[value].flat().join(', ')}</dd></div>`)}
${limitsOf(hook) === '' ? '' : html`<div><dt>At most</dt><dd>${limitsOf(hook)}</dd></div>`}
<div><dt>Waiting</dt><dd>${waits}</dd></div>
<div><dt>Dead letters</dt><dd>${backlog.failed ?? 0}</dd></div>
<div><dt>Last taken</dt><dd>${hook.last_success_at === null ? 'never' : time(Date.parse(hook.last_success_at))}</dd></div>
${hook.expires_at === null ? '' : html`<div><dt>Expires</dt><dd>${time(Date.parse(hook.expires_at))}</dd></div>`}
<div><dt>Id</dt><dd><code>${hook.id}</code></dd></div>
</dl>
${hook.last_error === null || hook.last_failure_at === null ? '' : html`<p class="problem">Last failure ${time(Date.parse(hook.last_failure_at))}: ${hook.last_error}</p>`}
${hook.reason === null ? '' : html`<p class="soft">${hook.reason}</p>`}
${session.mayManage && actions.length > 0 ? html`<div class="actions">${actions}</div>` : ''}</li>`
}

/** What an endpoint takes, in words. */
function limitsOf({ limits }: Subscription): string {
  const { per_second, per_5_minutes, concurrency } = limitsThatHold(limits)
  return [
    ...(per_second === undefined ? [] : [`${per_second.toLocaleString('en')} a second`]),
    ...(per_5_minutes === undefined ? [] : [`${per_5_minutes.toLocaleString('en')} in 5 minutes`]),
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
  ].join(', ')
}

function healthOf(hook: Subscription): Html {
  if (hook.status === 'active')
    return hook.health === 'ok' ? badge('healthy', 'good') : badge('endpoint down', 'bad')
  return badge(hook.status, hook.status === 'disabled' ? 'bad' : hook.status === 'paused' ? 'busy' : 'plain')
}

export interface DeadLetters {
  readonly session: Session
  readonly rows: readonly (DeliveryRow & { readonly target: string; readonly ended: boolean })[]
  /** How many there are whose subscription has not ended. */
  readonly sendable: number
  readonly next: number | undefined
}

export function deadLettersPage({ session, rows, sendable, next }: DeadLetters): Html {
  return html`<p>Deliveries that were tried for three days and given up. They are kept, and can be sent again under the same id.</p>
<div id="dead" data-live>${
    rows.length === 0
      ? html`<p class="empty">No dead letters.</p>`
      : html`${session.mayManage && sendable > 0 ? html`<div class="actions">${button({ session, action: '/dashboard/dead-letters/retry', label: `Send all ${sendable.toLocaleString('en')} again` })}</div>` : ''}
<ul class="cards">${rows.map(
          (row) => html`<li class="card"><h2>${row.event_id}</h2>
<p class="target">to ${row.target}${row.ended ? ', a subscription that has ended: there is nobody to send it to' : ''}</p>
<p class="problem">${plural(row.attempts, 'attempt')}${row.last_at === null ? '' : html`, the last ${time(row.last_at)}`}: ${row.last_error ?? 'no answer'}</p>
<div class="actions">${session.mayManage && !row.ended ? button({ session, action: `/dashboard/deliveries/${row.id}/retry`, label: 'Send again', about: row.event_id }) : ''}${row.call_id === null ? '' : html`<a href="/dashboard/call?id=${encodeURIComponent(row.call_id)}">The call’s story</a>`}</div></li>`,
        )}</ul>
${next === undefined ? '' : html`<p><a href="/dashboard/dead-letters?from=${next}">More</a></p>`}`
  }</div>`
}

/** A target without its path, which may be as good as a password. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    return 'an unknown host'
  }
}
