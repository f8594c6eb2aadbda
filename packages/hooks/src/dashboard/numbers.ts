import type { Tally } from '../store/tallies.ts'
import { LATENCY_BOUNDS, TALLY_MS } from '../telemetry/tallies.ts'

const HOUR = 3_600_000

/** How far back the numbers go, and how wide a bar is. */
export const RANGES = {
  '3h': { label: '3 hours', ms: 3 * HOUR, step: TALLY_MS },
  '24h': { label: '24 hours', ms: 24 * HOUR, step: HOUR / 2 },
  '7d': { label: '7 days', ms: 7 * 24 * HOUR, step: 4 * HOUR },
} as const
export type Range = keyof typeof RANGES

/** What happened in one stretch of time. Latencies are in milliseconds, `null` if nothing was delivered. */
export interface Bar {
  readonly at: number
  received: number
  recovered: number
  delivered: number
  /** Attempts that failed. */
  failed: number
  refused: number
  p50: number | null
  p95: number | null
}

export interface Numbers {
  readonly bars: readonly Bar[]
  readonly total: Omit<Bar, 'at'>
}

const FIELDS: Readonly<Record<string, 'received' | 'recovered' | 'delivered' | 'failed' | 'refused'>> = {
  received: 'received',
  recovered: 'recovered',
  delivered: 'delivered',
  failed: 'failed',
  'webhook:refused': 'refused',
}

/** The numbers of a range that ends now, one bar for each step, also where nothing happened. */
export function numbersOf(tallies: readonly Tally[], range: Range, now: number): Numbers {
  const { ms, step } = RANGES[range]
  const first = beginOf(range, now)
  const counts = new Map<number, Map<string, number>>()
  const all = new Map<string, number>()
  for (const { at, name, value } of tallies) {
    const bar = first + Math.floor((at - first) / step) * step
    if (bar < first) continue
    const known = counts.get(bar) ?? new Map<string, number>()
    counts.set(bar, known)
    for (const one of [known, all]) one.set(name, (one.get(name) ?? 0) + value)
  }
  const bars = Array.from({ length: ms / step }, (_none, index) => {
    const at = first + index * step
    return { at, ...summed(counts.get(at) ?? new Map()) }
  })
  return { bars, total: summed(all) }
}

/** When the first bar of a range begins. */
export function beginOf(range: Range, now: number): number {
  const { ms, step } = RANGES[range]
  return now - (now % step) + step - ms
}

function summed(counts: ReadonlyMap<string, number>): Omit<Bar, 'at'> {
  const sums = { received: 0, recovered: 0, delivered: 0, failed: 0, refused: 0 }
  for (const [name, value] of counts) {
    const field = FIELDS[name]
    if (field !== undefined) sums[field] += value
  }
  return { ...sums, p50: percentile(counts, 0.5), p95: percentile(counts, 0.95) }
}

/** Read off the classes in which latencies are counted: between two bounds, in a straight line. */
function percentile(counts: ReadonlyMap<string, number>, part: number): number | null {
  const classes = [
    ...LATENCY_BOUNDS.map((bound) => counts.get(`latency:${bound}`) ?? 0),
    counts.get('latency:inf') ?? 0,
  ]
  const total = classes.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let left = total * part
  for (const [index, count] of classes.entries()) {
    if (count >= left && count > 0) {
      const low = index === 0 ? 0 : (LATENCY_BOUNDS[index - 1] ?? 0)
      const high = LATENCY_BOUNDS[index] ?? low
      return low + (high - low) * (left / count)
    }
    left -= count
  }
  return LATENCY_BOUNDS.at(-1) ?? null
}
