import { type Html, html } from './html.ts'

const WIDTH = 600
const HEIGHT = 90

/** Bars, one a minute: what was delivered, and on top what failed. */
export function chart(minutes: readonly { readonly ok: number; readonly no: number }[]): Html {
  const most = Math.max(1, ...minutes.map(({ ok, no }) => ok + no))
  const step = WIDTH / minutes.length
  const bars = minutes.map(({ ok, no }, index) => {
    const high = (ok / most) * (HEIGHT - 4)
    const failed = (no / most) * (HEIGHT - 4)
    const x = (index * step).toFixed(1)
    const width = (step - 2).toFixed(1)
    return html`<rect class="ok" x="${x}" y="${(HEIGHT - high).toFixed(1)}" width="${width}" height="${high.toFixed(1)}"></rect><rect class="no" x="${x}" y="${(HEIGHT - high - failed).toFixed(1)}" width="${width}" height="${failed.toFixed(1)}"></rect>`
  })
  const sum = minutes.reduce((all, { ok, no }) => ({ ok: all.ok + ok, no: all.no + no }), { ok: 0, no: 0 })
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="In the last hour ${sum.ok} attempts delivered and ${sum.no} failed">${bars}</svg>`
}
