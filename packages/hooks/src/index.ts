export * from './contract/index.ts'
export { type AccountOptions, createHooks, type Hooks, type HooksOptions } from './create-hooks.ts'
