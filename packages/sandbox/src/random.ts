/** A number from 0 up to, not including, 1. */
export type Random = () => number

/** Mixes 32 bits so that near numbers end far apart, and no two in the same place (murmur3's finaliser). */
export function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A stream of its own for each thing, so that what one draws never shifts what another gets (mulberry32). */
export function randomOf(seed: number, ...parts: readonly number[]): Random {
  let state = mix(seed ^ 0x9e3779b9)
  for (const part of parts) state = mix(state ^ mix(part + 0x6d2b79f5))
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A whole number from `low` to `high`, both possible. */
export const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1))

/**
 * The id of the n-th thing of a kind: looks drawn, never repeats within a seed.
 *
 * @example
 * idOf('call', 1, 1) // 'call_0k3v9xq'
 */
export const idOf = (kind: string, seed: number, n: number): string =>
  `${kind}_${mix(n ^ mix(seed))
    .toString(36)
    .padStart(7, '0')}`
