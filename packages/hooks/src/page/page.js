// Keeps the page as it is now: reads it again every few seconds and swaps the parts that changed. Everything works
// without it, only not by itself.
const EVERY_MS = 3000
const connection = document.getElementById('connection')
const seen = new Map()

/** Times come in UTC; people live elsewhere. */
function localise(root) {
  for (const one of root.querySelectorAll('time[datetime]')) {
    const at = new Date(one.dateTime)
    const today = at.toDateString() === new Date().toDateString()
    one.title = at.toISOString()
    one.textContent = today
      ? at.toLocaleTimeString()
      : at.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' })
  }
}

/** What the reader opened and where the keyboard is stay as they are. */
function swap(region, fresh) {
  const open = new Set([...region.querySelectorAll('details[open][id]')].map(({ id }) => id))
  const { activeElement } = document
  const place = region.contains(activeElement) ? placeOf(region, activeElement) : undefined
  region.replaceChildren(...document.importNode(fresh, true).childNodes)
  for (const id of open) {
    const details = document.getElementById(id)
    if (details !== null) details.open = true
  }
  localise(region)
  if (place !== undefined)
    [...region.querySelectorAll(place.like)].find((one) => keyOf(one) === place.key)?.focus()
}

const keyOf = (one) =>
  one.getAttribute('href') ?? one.form?.getAttribute('action') ?? one.parentElement?.id ?? ''
const placeOf = (_region, one) => ({ like: one.localName, key: keyOf(one) })

async function refresh() {
  if (document.hidden) return
  try {
    const response = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' })
    if (!response.ok) throw new Error(String(response.status))
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    if (page.querySelector('.sign-in') !== null) return location.reload()
    for (const region of document.querySelectorAll('[data-live]')) {
      const fresh = page.getElementById(region.id)
      if (fresh === null || fresh.innerHTML === seen.get(region.id)) continue
      seen.set(region.id, fresh.innerHTML)
      swap(region, fresh)
    }
    connection.textContent = ''
  } catch {
    connection.textContent = 'The server does not answer; what you see may be old.'
  }
}

const regions = document.querySelectorAll('[data-live]')
for (const region of regions) seen.set(region.id, region.innerHTML)
localise(document)
if (regions.length > 0) {
  setInterval(refresh, EVERY_MS)
  document.addEventListener('visibilitychange', refresh)
}
// A notice is told once: not again when the page is read anew.
const url = new URL(location.href)
const notices = ['queued', 'changed', 'answer'].filter((name) => url.searchParams.has(name))
if (notices.length > 0) {
  for (const name of notices) url.searchParams.delete(name)
  history.replaceState(null, '', url)
}
