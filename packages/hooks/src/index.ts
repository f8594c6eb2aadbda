export * from './contract/index.ts'
export { createHooks, type Hooks } from './create-hooks.ts'
export type { AccountOptions, HooksOptions, TokenOptions } from './hooks-options.ts'
export { RATE_LIMITS, type RateLimitOptions } from './http/rate-limits.ts'
