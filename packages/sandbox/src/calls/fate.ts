import { between, type Random, randomOf } from '../random.ts'
import type { FailureReason, Scenario } from '../scenarios.ts'
import { type Story, storiesOf } from './stories.ts'

/** What will become of a call: decided at its creation by its number, the seed and its place in the order. */
export interface Fate {
  readonly scenario: Scenario | undefined
  readonly ends: 'completed' | FailureReason | 'never'
  /** From dialling to the answer, or to the end where nobody answers. */
  readonly ringMs: number
  /** What is said; its length is how long the call would last if nothing cut it off. */
  readonly story: Story | undefined
}

/** How calls end that no scenario speaks of, of 100. */
const DRAWN: readonly (readonly [share: number, ends: Fate['ends'], outcome?: Story['outcome']])[] = [
  [38, 'completed', 'BOOKED'],
  [18, 'completed', 'CALLBACK'],
  [16, 'completed', 'REFUSED'],
  [16, 'no_answer'],
  [8, 'busy'],
  [2, 'invalid_number'],
  [1, 'agent_error'],
  [1, 'network_error'],
]

export function fateOf(seed: number, n: number, scenario: Scenario | undefined): Fate {
  const random = randomOf(seed, n)
  const drawn = scenario?.ends === undefined ? draw(random) : undefined
  const ends = scenario?.ends ?? drawn?.ends ?? 'completed'
  const outcome = scenario?.outcome ?? drawn?.outcome ?? 'BOOKED'
  const stories = storiesOf(outcome)
  const talks = ends === 'completed' || ends === 'agent_error' || ends === 'never'
  return {
    scenario,
    ends,
    ringMs: ringMs(ends, random),
    story: talks ? stories[between(random, 0, stories.length - 1)] : undefined,
  }
}

function draw(random: Random): {
  readonly ends: Fate['ends']
  readonly outcome?: Story['outcome'] | undefined
} {
  let at = random() * 100
  for (const [share, ends, outcome] of DRAWN) {
    at -= share
    if (at < 0) return { ends, outcome }
  }
  return { ends: 'completed', outcome: 'BOOKED' }
}

function ringMs(ends: Fate['ends'], random: Random): number {
  switch (ends) {
    case 'no_answer':
      return between(random, 22_000, 30_000)
    case 'busy':
    case 'network_error':
      return between(random, 1000, 2000)
    case 'invalid_number':
      return between(random, 400, 900)
    default:
      return between(random, 2000, 4000)
  }
}
