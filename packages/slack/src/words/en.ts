import { agents } from './en/agents.ts'
import { asking } from './en/asking.ts'
import { batches } from './en/batches.ts'
import { calls } from './en/calls.ts'
import { failures } from './en/failures.ts'
import { home } from './en/home.ts'
import { reading } from './en/reading.ts'
import { settings } from './en/settings.ts'

/** Every text a person reads, in English. `{name}` is filled in; all other languages have the same keys. */
export const en = {
  ...asking,
  ...reading,
  ...calls,
  ...agents,
  ...batches,
  ...settings,
  ...home,
  ...failures,
}
export type WordKey = keyof typeof en
