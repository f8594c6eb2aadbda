/** What a Movoice plan allows. `null` is no limit that we know of. Source: API reference; batch size: guide. */
export interface Plan {
  readonly name: string
  readonly callsPerMinute: number | null
  readonly concurrentCalls: number | null
  readonly batchSize: number | null
}

/** Plans and their limits. Source: API reference; batch sizes: guide "Batch calls". */
export const plans = {
  starter: { name: 'starter', callsPerMinute: 10, concurrentCalls: 1, batchSize: 50 },
  growth: { name: 'growth', callsPerMinute: 60, concurrentCalls: 3, batchSize: 500 },
  business: { name: 'business', callsPerMinute: 200, concurrentCalls: 10, batchSize: 5000 },
  enterprise: { name: 'enterprise', callsPerMinute: null, concurrentCalls: null, batchSize: null },
} as const satisfies Record<string, Plan>

/** A plan that Movoice sells with numbers of its own. */
export type PlanName = keyof typeof plans

const CUSTOM = /^([1-9]\d{0,5})x([1-9]\d{0,5})$/

/**
 * Reads a plan from text: a plan's name, or `<calls per minute>x<concurrent calls>` for a custom one.
 * Returns `undefined` if it is neither.
 *
 * @example
 * readPlan('growth')?.callsPerMinute // 60
 * readPlan('120x5')?.concurrentCalls // 5
 */
export function readPlan(text: string): Plan | undefined {
  const name = text.trim().toLowerCase()
  if (Object.hasOwn(plans, name)) return plans[name as PlanName]
  const custom = CUSTOM.exec(name)
  if (custom === null) return undefined
  return { name, callsPerMinute: Number(custom[1]), concurrentCalls: Number(custom[2]), batchSize: null }
}
