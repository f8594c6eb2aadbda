import * as z from 'zod/mini'
import { agentId } from './call.ts'
import { openEnum, phoneNumber, unixSeconds, variables } from './scalars.ts'

/** One person of a batch. Source: API reference. */
export const batchRecipient = z.strictObject({
  phone: phoneNumber,
  variables: z.optional(variables),
})
/** One person of a batch: a number, and the values of the agent’s variables. */
export type BatchRecipient = z.infer<typeof batchRecipient>

/** What `POST /calls/batch` takes. Source: API reference; `concurrency`: guide "Batch calls". */
export const createBatchInput = z.strictObject({
  agent_id: agentId,
  recipients: z
    .array(batchRecipient, { error: 'must be a list of { phone, variables? }' })
    .check(z.minLength(1, { error: 'must name at least one recipient' })),
  schedule_at: z.optional(unixSeconds),
  concurrency: z.optional(
    z
      .int({ error: 'must be a whole number, 1 or more' })
      .check(
        z.minimum(1, { error: 'must be at least 1' }),
        z.meta({ description: 'How many calls of the batch may be in progress at once' }),
      ),
  ),
})
/** What `calls.createBatch` takes. */
export type CreateBatchInput = z.infer<typeof createBatchInput>

/** The answer to a batch. Source: assumed, see assumptions.ts. */
export const createdBatch = z.looseObject({
  batch_id: z.string().check(z.minLength(1)),
  status: z.optional(openEnum(['initiated', 'scheduled', 'active', 'completed'], 'Where the batch stands')),
})
/** The answer to a batch. Fields that are not known here are kept. */
export type CreatedBatch = z.infer<typeof createdBatch>
