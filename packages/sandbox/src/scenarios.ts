import type { failureReasons } from '@movoice-kit/core/contract'

export type FailureReason = (typeof failureReasons)[number]

/** What a number makes happen. All that is not said is as with any other call. */
export interface Scenario {
  /** The last two digits of +120255501NN. */
  readonly suffix: string
  /** One line for people. */
  readonly says: string
  /** How the call ends; without it, the call is never placed, or never ends. */
  readonly ends?: 'completed' | FailureReason | 'never'
  readonly outcome?: 'BOOKED'
  /** Tools used and a hand-over to a person, on the way. */
  readonly acts?: true
  /** Seconds after the end at which summary and transcript are there. */
  readonly reportAfter?: number
  /** Refused before anything is placed; `once`: the first time only. */
  readonly refuses?: { readonly status: 409 | 422 | 429; readonly once?: true }
  /** The call is placed, but the answer is not the one that says so. */
  readonly answers?: '500' | 'reset' | 'late' | 'html'
  /** What becomes of its webhooks. */
  readonly webhooks?: 'none' | 'thrice' | 'reversed'
}

const BOOKED = { ends: 'completed', outcome: 'BOOKED' } as const

/** What a number can make happen, in the order of the numbers. */
export const scenarios: readonly Scenario[] = [
  { suffix: '01', says: 'completed, positive, outcome BOOKED', ...BOOKED },
  { suffix: '02', says: 'failed: no_answer', ends: 'no_answer' },
  { suffix: '03', says: 'failed: busy', ends: 'busy' },
  { suffix: '04', says: 'failed: invalid_number', ends: 'invalid_number' },
  { suffix: '05', says: 'failed in the middle of the call: agent_error', ends: 'agent_error' },
  { suffix: '06', says: 'failed: network_error', ends: 'network_error' },
  {
    suffix: '07',
    says: 'completed, after action.triggered twice and transfer.initiated',
    acts: true,
    ...BOOKED,
  },
  { suffix: '08', says: 'answered, and never ends', ends: 'never' },
  {
    suffix: '09',
    says: 'completed; its summary and transcript come 20 s after the end',
    reportAfter: 20,
    ...BOOKED,
  },
  { suffix: '10', says: 'refused with 422', refuses: { status: 422 } },
  {
    suffix: '11',
    says: 'refused once with 429 and Retry-After: 2, then as 01',
    refuses: { status: 429, once: true },
    ...BOOKED,
  },
  { suffix: '12', says: 'places the call, answers 500', answers: '500', ...BOOKED },
  { suffix: '13', says: 'places the call, resets the connection', answers: 'reset', ...BOOKED },
  { suffix: '14', says: 'as 01, and no webhook is ever sent', webhooks: 'none', ...BOOKED },
  { suffix: '15', says: 'as 01, every webhook three times', webhooks: 'thrice', ...BOOKED },
  { suffix: '16', says: 'as 01, webhooks in reverse order', webhooks: 'reversed', ...BOOKED },
  { suffix: '17', says: 'places the call, answers after 90 s', answers: 'late', ...BOOKED },
  { suffix: '18', says: 'places the call, answers 200 with a page of HTML', answers: 'html', ...BOOKED },
  { suffix: '19', says: 'refused with 409 that names no call', refuses: { status: 409 } },
]

const PREFIX = '+120255501'
const byNumber = new Map(scenarios.map((scenario) => [`${PREFIX}${scenario.suffix}`, scenario]))

/**
 * The number that makes a scenario happen.
 *
 * @example
 * numberOf(scenarios[0]) // '+12025550101'
 */
export const numberOf = (scenario: Scenario): string => `${PREFIX}${scenario.suffix}`

/**
 * The scenario of a number; `undefined` for all others, whose fate is drawn from the seed.
 *
 * @example
 * scenarioOf('+12025550102')?.says // 'failed: no_answer'
 */
export const scenarioOf = (phone: string): Scenario | undefined => byNumber.get(phone)
