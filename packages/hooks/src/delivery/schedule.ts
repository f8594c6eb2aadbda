const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Pauses after the first, second, … failed attempt; the last one goes on until the delivery is given up. */
const PAUSES = [
  5_000,
  30_000,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
] as const
const JITTER = 0.2

/** How long a delivery is tried. */
export const GIVE_UP_MS = 72 * HOUR
/** Failed attempts in a row after which an endpoint is held to be down. */
export const DOWN_AFTER = 3
/** How often an endpoint that is down is tried with one delivery. */
export const PROBE_MS = 30_000
/** The longest `Retry-After` that is obeyed. */
export const MAX_HOLD_MS = 24 * HOUR

/** The pause before the next attempt, ± 20 % so that what failed together does not come back together. */
export function pauseMs(failedAttempts: number, random: () => number): number {
  const pause = PAUSES[Math.min(failedAttempts, PAUSES.length) - 1] ?? PAUSES[0]
  return Math.round(pause * (1 + JITTER * (2 * random() - 1)))
}
