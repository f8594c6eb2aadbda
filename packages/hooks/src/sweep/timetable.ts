import type { Bookmark } from './bookmark.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 3_600_000

/**
 * When an account is swept: no more than 96 lists a day and one for every 100 calls, whatever happens. So many may be
 * used at once after a quiet while, the rest comes back evenly over the day; together that is a little below 96.
 */
interface Timetable {
  readonly atOnce: number
  readonly perDay: number
  /** Between two sweeps, while there are lists left. */
  readonly everyMs: number
  /** The same while calls are under way or have just ended. */
  readonly busyEveryMs: number
}

/** Webhooks tell of calls; the sweep finds what they missed. */
const BESIDE_WEBHOOKS: Timetable = {
  atOnce: 8,
  perDay: 86,
  everyMs: 15 * MINUTE_MS,
  busyEveryMs: 15 * MINUTE_MS,
}
/** Nobody else tells of calls: soon while there are any, seldom while there are none. */
const ALONE: Timetable = { atOnce: 24, perDay: 70, everyMs: 20 * MINUTE_MS, busyEveryMs: MINUTE_MS }

export const CALLS_A_LIST = 100
/** For how long after something happened there may be more. */
export const BUSY_MS = 10 * MINUTE_MS

export const timetableOf = (webhooks: boolean): Timetable => (webhooks ? BESIDE_WEBHOOKS : ALONE)

/** How many lists may be asked for by now. */
export function listsLeft({ left, at }: Bookmark, { atOnce, perDay }: Timetable, now: number): number {
  return Math.min(atOnce, left + (Math.max(0, now - at) / DAY_MS) * perDay)
}

/** When the next sweep is due, in milliseconds since 1970. */
export function nextSweep(bookmark: Bookmark, timetable: Timetable): number {
  const { left, at, busyUntil } = bookmark
  const { perDay, everyMs, busyEveryMs } = timetable
  const every = busyUntil > at ? busyEveryMs : everyMs
  // With less than one list left, as soon as there is one again.
  return at + Math.max(every, ((1 - left) / perDay) * DAY_MS)
}
