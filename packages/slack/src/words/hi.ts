import type { WordKey } from './en.ts'
import { agents } from './hi/agents.ts'
import { asking } from './hi/asking.ts'
import { batches } from './hi/batches.ts'
import { calls } from './hi/calls.ts'
import { failures } from './hi/failures.ts'
import { home } from './hi/home.ts'
import { reading } from './hi/reading.ts'
import { settings } from './hi/settings.ts'
import type { Text } from './words.ts'

/** Every text a person reads, in Hindi. */
export const hi: Readonly<Record<WordKey, Text>> = {
  ...asking,
  ...reading,
  ...calls,
  ...agents,
  ...batches,
  ...settings,
  ...home,
  ...failures,
}
