import * as z from 'zod/mini'
import { maybe } from './scalars.ts'

/** An agent: only its id is promised; the whole configuration is kept. Source: API reference. */
export const agent = z.looseObject({
  agent_id: z.string().check(z.minLength(1)),
  name: maybe(z.string()),
  status: maybe(z.string()),
  prompt: maybe(z.string()),
  voice_id: maybe(z.string()),
})
/** A voice agent. Fields that are not known here are kept. */
export type Agent = z.infer<typeof agent>

/** What `PATCH /agents/{agent_id}` takes: at least one field, others than these two are passed on. */
export const updateAgentInput = z
  .looseObject({
    prompt: z.optional(
      z.string({ error: 'must be text' }).check(z.minLength(1, { error: 'must not be empty' })),
    ),
    voice_id: z.optional(
      z
        .string({ error: 'must be text' })
        .check(
          z.minLength(1, { error: 'must not be empty' }),
          z.meta({ description: "The voice's id", examples: ['sarvam_hindi_female_01'] }),
        ),
    ),
  })
  .check(
    z.refine((patch) => Object.values(patch).some((value) => value !== undefined), {
      error: 'has nothing to change: give at least one field, such as prompt or voice_id',
    }),
    z.meta({ minProperties: 1 }),
  )
/** What an agent is changed to; fields that are not known here are passed on. */
export type UpdateAgentInput = z.infer<typeof updateAgentInput>
