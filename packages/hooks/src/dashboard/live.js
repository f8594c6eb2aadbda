// Shows what is new without a reload, and leaves the page alone while somebody reads or types in it.
const EVERY = 3000
const part = document.querySelector('[data-live]')
async function look() {
  const busy = document.hidden || part.contains(document.activeElement)
  if (!busy) {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => undefined)
    if (answer?.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const fresh = page.querySelector('[data-live]')
      if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes)
    }
  }
  setTimeout(look, EVERY)
}
if (part) setTimeout(look, EVERY)
