import type { CallEvent } from '@movoice-kit/core/events'
import { type Html, html } from './html.ts'
import { badge, button, duration, plural, TONES, time } from './layout.ts'
import { hostOf } from './pages.ts'
import type { Session } from './session.ts'
import type { StoryDelivery, StoryEvent } from './story.ts'

/** A call from its first webhook to the last answer of the last subscriber. */
export function storyPage(session: Session, story: readonly StoryEvent[]): Html {
  const latest = story.at(-1)
  const ended = story.findLast(({ event }) => event.type === 'call.completed' || event.type === 'call.failed')
  return html`<div id="story" data-live>
${latest === undefined ? '' : facts((ended ?? latest).event)}
<ol class="story">${story.map((one) => eventStory(session, one))}</ol></div>`
}

export function unknownCallPage(id: string): Html {
  return html`<p>Nothing is known of a call <code>${id}</code>.</p>
<p class="soft">Its first event may not have come yet, or all of it may be older than what is kept. Ids are written as Movoice gives them, capital letters too.</p>
<p><a href="/">To the overview</a></p>`
}

function facts(event: CallEvent): Html {
  const known: [string, string | number | null][] = [
    ['Number', event.recipient_phone],
    ['Agent', event.agent_name ?? event.agent_id],
    ['Outcome', event.outcome ?? event.reason],
    ['Sentiment', event.sentiment],
    ['Duration', event.duration === null ? null : `${event.duration} s`],
  ]
  return html`<section><dl class="facts">${known.map(([label, value]) => (value === null ? '' : html`<div><dt>${label}</dt><dd>${value}</dd></div>`))}</dl>
${event.summary === null ? '' : html`<p class="summary">${event.summary}</p>`}
${event.transcript === null ? '' : html`<details id="transcript"><summary>What was said</summary><pre>${event.transcript}</pre></details>`}</section>`
}

function eventStory(session: Session, one: StoryEvent): Html {
  const { event, seq } = one
  const told = one.deliveries.length
  return html`<li class="card"><h2>${event.type} ${event.action_name ?? ''}</h2>
<ul class="steps">
<li>${time(one.receivedAt)} ${one.source === 'sweep' ? 'found by the sweep of GET /calls: no webhook told of it' : 'came as a webhook, signed, and was stored'}${one.account === 'default' ? '' : html` (account ${one.account})`}</li>
${one.sightings.map(({ at, source }) => html`<li>${time(at)} came again, by ${source === 'sweep' ? 'the sweep' : 'a webhook'}: known already, told to nobody twice</li>`)}
${one.state === 'waiting' ? html`<li>${badge('completing', 'busy')} the API is asked for what is missing</li>` : one.missing.length > 0 ? html`<li>was told as it was: the API did not know ${one.missing.join(', ')} in time</li>` : ''}
${one.state !== 'waiting' && told === 0 ? html`<li>nobody had subscribed to it</li>` : ''}
</ul>
${told === 0 ? '' : html`<ul class="deliveries">${one.deliveries.map((delivery) => deliveryStory(session, delivery))}</ul>`}
<div class="actions">${session.mayManage && told > 0 && one.state === 'ready' ? button({ session, action: `/dashboard/events/${seq}/replay`, label: told === 1 ? 'Send to its subscriber again' : `Send to all ${told} again`, about: event.type, quiet: true }) : ''}</div>
<details id="json-${seq}"><summary>The event as it is delivered</summary><pre>${JSON.stringify(event, null, 2)}</pre></details></li>`
}

function deliveryStory(session: Session, delivery: StoryDelivery): Html {
  const { subscription, attempts, status } = delivery
  const name = subscription.description ?? hostOf(subscription.target)
  const next =
    status === 'pending'
      ? html`<li>next attempt ${time(delivery.dueAt)}</li>`
      : status === 'held'
        ? html`<li>waits until its endpoint takes deliveries again</li>`
        : ''
  return html`<li><h3><a href="/dashboard/subscriptions${subscription.ended ? '?all=1' : ''}#${subscription.id}">${name}</a> ${badge(status, TONES[status] ?? 'plain')}</h3>
<ul class="steps">${attempts.map(
    ({ at, ms, status: answer, error }) =>
      html`<li class="${error === null ? 'taken' : 'missed'}">${time(at)} ${error === null ? `answered ${answer ?? ''}` : error} <span class="soft">after ${duration(ms)}</span></li>`,
  )}${attempts.length === 0 && status !== 'pending' && status !== 'held' ? html`<li>no attempt was made</li>` : ''}${next}</ul>
<p class="soft"><code>${delivery.id}</code>${attempts.length > 1 ? ` · ${plural(attempts.length, 'attempt')}` : ''}</p>
${session.mayManage && !subscription.ended && status !== 'delivered' ? button({ session, action: `/dashboard/deliveries/${delivery.id}/retry`, label: status === 'failed' ? 'Send again' : 'Send now', about: `to ${name}` }) : ''}</li>`
}
