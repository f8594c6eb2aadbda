import { type Html, html } from './html.ts'
import { duration, plural, time } from './layout.ts'
import { type Bar, type Numbers, RANGES, type Range } from './numbers.ts'

const WIDTH = 600
const HEIGHT = 120
/** So that the smallest bar can still be seen. */
const LEAST = 3

/** Two pictures of what happened, each with the same numbers as a table. */
export function charts(numbers: Numbers, range: Range): Html {
  const { bars, total } = numbers
  const { label } = RANGES[range]
  return html`<div class="charts">
<figure><figcaption>Deliveries <span class="key good">delivered</span> <span class="key bad">failed attempts</span></figcaption>
${
  total.delivered + total.failed === 0
    ? html`<p class="empty">Nothing was sent in ${label}.</p>`
    : html`${deliveries(bars, `${plural(total.delivered, 'delivery', 'deliveries')}, ${plural(total.failed, 'failed attempt')} in ${label}`)}
${axis(bars, range)}`
}</figure>
<figure><figcaption>Latency <span class="key accent">median</span> <span class="key busy">95 of 100</span></figcaption>
${
  total.p50 === null
    ? html`<p class="empty">Nothing was delivered in ${label}.</p>`
    : html`${latency(bars, `Median ${duration(total.p50)} in ${label}`)}
${axis(bars, range)}`
}</figure>
</div>
<details id="numbers-table"><summary>The same as a table</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Numbers over time"><table>
<thead><tr><th scope="col">From</th><th scope="col">Received</th><th scope="col">Delivered</th><th scope="col">Failed attempts</th><th scope="col">Median</th><th scope="col">95 of 100</th></tr></thead>
<tbody>${bars
    .filter(({ received, delivered, failed }) => received + delivered + failed > 0)
    .map(
      (bar) =>
        html`<tr><td>${time(bar.at)}</td><td>${bar.received}</td><td>${bar.delivered}</td><td>${bar.failed}</td><td>${bar.p50 === null ? '–' : duration(bar.p50)}</td><td>${bar.p95 === null ? '–' : duration(bar.p95)}</td></tr>`,
    )
    .reverse()}</tbody></table></div></details>`
}

function deliveries(bars: readonly Bar[], label: string): Html {
  const most = Math.max(1, ...bars.map(({ delivered, failed }) => delivered + failed))
  const width = WIDTH / bars.length
  return picture(
    label,
    most.toLocaleString('en'),
    bars.map(({ delivered, failed }, index) => {
      const [good, bad] = [delivered, failed].map((count) =>
        count === 0 ? 0 : Math.max(LEAST, (count / most) * (HEIGHT - 4)),
      )
      const x = index * width + 1
      return html`${rect('good', x, width - 2, HEIGHT - (good ?? 0), good ?? 0)}${rect('bad', x, width - 2, HEIGHT - (good ?? 0) - (bad ?? 0), bad ?? 0)}`
    }),
  )
}

function rect(tone: string, x: number, width: number, y: number, height: number): Html {
  if (height === 0) return html``
  return html`<rect class="${tone}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>`
}

function latency(bars: readonly Bar[], label: string): Html {
  const most = Math.max(1, ...bars.map(({ p95 }) => p95 ?? 0))
  // By orders of magnitude: milliseconds when all is well, hours after an outage.
  const y = (ms: number) => HEIGHT - 4 - (Math.log1p(ms) / Math.log1p(most)) * (HEIGHT - 10)
  const width = WIDTH / bars.length
  return picture(
    label,
    `${duration(most)}, by orders of magnitude`,
    bars.map(({ p50, p95 }, index) => {
      if (p50 === null || p95 === null) return html``
      const x = (index + 0.5) * width
      const dot = Math.max(2, Math.min(4, width / 3))
      return html`<line class="span" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${y(p50).toFixed(1)}" y2="${y(p95).toFixed(1)}"/><circle class="busy" cx="${x.toFixed(1)}" cy="${y(p95).toFixed(1)}" r="${dot}"/><circle class="accent" cx="${x.toFixed(1)}" cy="${y(p50).toFixed(1)}" r="${dot}"/>`
    }),
  )
}

function picture(label: string, most: string, content: readonly Html[]): Html {
  return html`<p class="most">${most}</p><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
<line class="ground" x1="0" x2="${WIDTH}" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/>${content}</svg>`
}

function axis(bars: readonly Bar[], range: Range): Html {
  const first = bars[0]
  return html`<p class="axis"><span>${first === undefined ? '' : `${RANGES[range].label} ago`}</span><span>now</span></p>`
}
