import * as z from 'zod/mini'

// zod/mini, not zod: the same schemas and types in 14 kB instead of 85 kB of an adapter's bundle.

/** A set of known values that may grow: known ones are suggested by the types, any other string passes. */
export type OpenEnum<T extends string> = T | (string & {})

/**
 * Schema of an {@link OpenEnum}: Movoice adds values without notice, and a new one must not break a reader.
 *
 * @example
 * openEnum(['completed', 'failed'], 'status of a call') // takes 'cancelled' too
 */
export function openEnum<const T extends string>(known: readonly T[], about: string) {
  const schema = z.string().check(z.meta({ description: about, examples: [...known] }))
  // The value is any string; only the type says more than the check, to suggest the known ones.
  return schema as unknown as z.ZodMiniType<OpenEnum<T>, OpenEnum<T>>
}

const LATEST_SECOND = 100_000_000_000 // the year 5138: anything above is milliseconds

/** A moment as Movoice writes it: whole Unix seconds. */
export const unixSeconds = z
  .int({
    error: (issue) =>
      typeof issue.input === 'number' && !Number.isInteger(issue.input)
        ? 'must be whole Unix seconds, without a fraction'
        : 'must be a Unix time in seconds, such as 1767225600',
  })
  .check(
    z.nonnegative({ error: 'must not be negative: Unix time in seconds' }),
    z.maximum(LATEST_SECOND, {
      error: 'is too large: Unix time in seconds is meant, this looks like milliseconds',
    }),
    z.meta({ description: 'Unix time in seconds', examples: [1767225600] }),
  )

/** How a phone number is written to Movoice (ITU-T E.164): `+`, country code, number, 7 to 15 digits. */
export const E164 = /^\+[1-9]\d{6,14}$/

/** A number in E.164 form, such as `+919876543210`. */
export const phoneNumber = z
  .string({ error: 'must be a phone number as text, such as "+919876543210"' })
  .check(
    z.regex(E164, {
      error: 'must be a phone number with its country code, + and 7 to 15 digits, such as "+919876543210"',
    }),
    z.meta({ description: 'Phone number in E.164 form', examples: ['+919876543210'] }),
  )

/**
 * An id that Movoice gave: any text that fits in a URL's path, never empty.
 *
 * @example
 * const batchId = identifier('batch', 'batch_7c1')
 */
export const identifier = (what: string, example: string) =>
  z.string({ error: `must be the ${what}'s id as text, such as "${example}"` }).check(
    z.trim(),
    z.minLength(1, { error: `must not be empty: the ${what}'s id, such as "${example}"` }),
    z.maxLength(200, { error: 'must be at most 200 characters' }),
    z.regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'must not hold control characters such as a line break' }),
    // Even when encoded, a URL's path takes these two for "here" and "one up".
    z.regex(/^(?!\.{1,2}$)/, { error: 'must not be "." or ".."' }),
    z.meta({ description: `The ${what}'s id`, examples: [example] }),
  )

/** Values for an agent's prompt, put in as `{{key}}`. */
export const variables = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]), {
    error: 'must be an object of names and values, such as { "name": "Asha" }',
  })
  .check(
    z.meta({
      description: "Values put into the agent's prompt as {{key}}",
      examples: [{ name: 'Asha', amount_due: 1200 }],
    }),
  )

/**
 * A field that may be missing or null in an answer.
 *
 * @example
 * z.looseObject({ summary: maybe(z.string()) }) // there, null, or not there at all
 */
export const maybe = <T extends z.core.SomeType>(schema: T) => z.optional(z.nullable(schema))
