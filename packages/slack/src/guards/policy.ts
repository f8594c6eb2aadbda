import * as z from 'zod/mini'

const time = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/))
const ids = z._default(z.array(z.string()), [])
const count = z._default(z.nullable(z.int().check(z.nonnegative())), null)

/** What a workspace's admins have decided. Everything has a careful default, so that an empty one is safe. */
export const policy = z.object({
  /** Nobody places a call while it is on. */
  killSwitch: z._default(z.boolean(), false),
  /** Users, user groups and channels that may call; all empty: everyone but guests, everywhere. */
  callers: z._default(z.object({ users: ids, groups: ids, channels: ids }), {
    users: [],
    groups: [],
    channels: [],
  }),
  guests: z._default(z.boolean(), false),
  /** Who may change settings and agents, beside the workspace's own admins. */
  admins: ids,
  /** Who may see full numbers, transcripts and recordings of calls that others placed, beside admins. */
  viewers: ids,
  /** A complete `/call` dials without a confirmation. */
  quickDial: z._default(z.boolean(), false),
  /** Numbers of a batch that need a second look may be called, once whoever sends it says yes to them. */
  batchQuestions: z._default(z.boolean(), false),
  /** Calls a person may place in 24 hours; null: as many as the workspace. */
  quotaPerPerson: z._default(z.nullable(z.int().check(z.nonnegative())), 50),
  quotaPerWorkspace: count,
  /** Calls are placed between these times of the person who is called, `HH:MM`; both null: at any time. */
  callFrom: z._default(z.nullable(time), '08:00'),
  callUntil: z._default(z.nullable(time), '21:00'),
  /** ISO 3166-1 alpha-2: where a number without a country code is; null: ask. */
  defaultCountry: z._default(z.nullable(z.string().check(z.regex(/^[A-Z]{2}$/))), null),
  defaultAgent: z._default(z.nullable(z.string()), null),
  /** Put the transcript into the card's thread of channels too, with numbers masked. */
  transcriptInThread: z._default(z.boolean(), false),
  /** `auto`: the reader's. */
  language: z._default(z.enum(['auto', 'en', 'hi']), 'auto'),
  supportUrl: z._default(z.nullable(z.string()), null),
})
export type Policy = z.infer<typeof policy>

/** Reads stored settings; what is missing or was written by another version gets its default. */
export function readPolicy(stored: unknown): Policy {
  const given = typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {}
  const known: Record<string, unknown> = {}
  for (const [key, schema] of Object.entries(policy.shape)) {
    if (key in given && z.safeParse(schema as z.ZodMiniType, given[key]).success) known[key] = given[key]
  }
  return z.parse(policy, known)
}
