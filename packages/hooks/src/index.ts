export * from './contract/index.ts'
export {
  type AccountOptions,
  createHooks,
  type Hooks,
  type HooksOptions,
  type TokenOptions,
} from './create-hooks.ts'
