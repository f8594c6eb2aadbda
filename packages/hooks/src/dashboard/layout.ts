import { Html, html } from './html.ts'
import type { Session } from './session.ts'

export interface Frame {
  readonly title: string
  readonly session: Session | undefined
  /** The path of the page, for the navigation. */
  readonly path: string
  /** Told once, above the page. */
  readonly notice?: string | undefined
  readonly dead?: number | undefined
}

const LINKS = [
  ['/', 'Overview'],
  ['/dashboard/subscriptions', 'Subscriptions'],
  ['/dashboard/dead-letters', 'Dead letters'],
] as const

/** A whole page. */
export function page({ title, session, path, notice, dead = 0 }: Frame, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Movoice hooks</title>
<link rel="icon" href="/dashboard/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/dashboard/page.css">
<script src="/dashboard/page.js" type="module"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<p class="brand"><a href="/"><img src="/dashboard/icon.svg" alt="" width="28" height="28"> Movoice hooks</a></p>
${session === undefined ? '' : navigation(session, path, dead)}
</header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
${notice === undefined ? '' : html`<p class="notice" role="status">${notice}</p>`}
${content}
</main>
<footer><p id="connection" role="status"></p></footer>
</body>
</html>
`.text
}

function navigation(session: Session, path: string, dead: number): Html {
  return html`<nav aria-label="Pages"><ul class="pages">${LINKS.map(
    ([href, label]) =>
      html`<li><a href="${href}"${href === path ? new Html(' aria-current="page"') : ''}>${label}${
        dead > 0 && href === '/dashboard/dead-letters' ? html` <span class="count">${dead}</span>` : ''
      }</a></li>`,
  )}</ul></nav>
<form class="find" action="/dashboard/find" method="get" role="search">
<label for="find">Call</label> <input id="find" name="call" placeholder="call id" required maxlength="200" autocomplete="off" spellcheck="false">
<button>Find</button>
</form>
${button({ session, action: '/dashboard/sign-out', label: 'Sign out', quiet: true })}`
}

export interface ButtonOptions {
  readonly session: Session
  readonly action: string
  readonly label: string
  /** What it does, for those who do not see what it stands beside. */
  readonly about?: string
  readonly quiet?: boolean
}

/** A button that changes something: a form of its own, so that it works without scripts, and safe from other sites. */
export function button({ session, action, label, about, quiet = false }: ButtonOptions): Html {
  return html`<form method="post" action="${action}" class="act"><input type="hidden" name="csrf" value="${
    session.csrf
  }"><button${quiet ? new Html(' class="quiet"') : ''}>${label}${
    about === undefined ? '' : html`<span class="hidden"> ${about}</span>`
  }</button></form>`
}

/** A moment: in UTC as it comes from here, in the reader's own time once the script has seen it. */
export function time(at: number): Html {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}

/** A word with its colour: the word alone is enough to know. */
export function badge(word: string, tone: 'good' | 'bad' | 'busy' | 'plain'): Html {
  return html`<span class="badge ${tone}">${word}</span>`
}

export const TONES: Readonly<Record<string, 'good' | 'bad' | 'busy' | 'plain'>> = {
  delivered: 'good',
  pending: 'busy',
  held: 'busy',
  failed: 'bad',
  cancelled: 'plain',
}

/** A duration for people. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  return `${(ms / 3_600_000).toFixed(1)} h`
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`
