import type { CallToolResult } from '@modelcontextprotocol/server'
import type { BatchPart } from '@movoice-kit/core'
import * as z from 'zod/mini'
import { callBrief } from './call-view.ts'

/** What can have become of something that needs a yes. */
export const actionStates = [
  'placed',
  'changed',
  'nothing_to_change',
  'needs_confirmation',
  'declined',
  'not_done',
  'may_have_been_placed',
] as const
export type ActionState = (typeof actionStates)[number]

/** The answer of every tool that dials or changes something; also of the one that confirms. */
export const actionResult = z.looseObject({
  state: z.enum(actionStates).check(
    z.meta({
      description:
        'placed and changed: done. needs_confirmation: nothing is done yet, ask the user. declined: the user said no. not_done: refused or failed, no phone rang. may_have_been_placed: a phone may have rung, look before you do anything again.',
    }),
  ),
  message: z.string().check(z.meta({ description: 'What happened and what to do next, to tell the user' })),
  call: z.optional(callBrief),
  batch: z.optional(z.looseObject({ batch_id: z.string(), status: z.optional(z.string()) })),
  agent: z.optional(z.looseObject({ agent_id: z.string() })),
  confirmation: z.optional(
    z.looseObject({
      token: z.optional(
        z.string().check(
          z.meta({
            description:
              'What confirm_action takes, once the user said yes; not here if the user has it from elsewhere',
          }),
        ),
      ),
      expires_at: z.string().check(z.meta({ description: 'ISO 8601' })),
      summary: z.string().check(z.meta({ description: 'Show this to the user word for word' })),
    }),
  ),
  candidates: z.optional(
    z
      .array(callBrief)
      .check(z.meta({ description: 'Calls that could be the one whose fate is open: look at them' })),
  ),
  parts: z.optional(
    z
      .array(
        z.looseObject({
          first: z.number(),
          count: z.number(),
          outcome: z.string(),
          batch_id: z.optional(z.string()),
        }),
      )
      .check(z.meta({ description: 'What became of which recipients, counted from 0, of a batch in parts' })),
  ),
  error: z.optional(
    z.looseObject({
      code: z.string(),
      status: z.optional(z.number()),
      request_id: z.optional(z.string()),
    }),
  ),
  repeated: z.optional(
    z
      .boolean()
      .check(
        z.meta({ description: 'This was confirmed before: it is told again, and nothing was done again' }),
      ),
  ),
})
export type ActionResult = z.infer<typeof actionResult>

const ERRORS: ReadonlySet<ActionState> = new Set(['not_done', 'may_have_been_placed'])

/** An action's result as a tool's answer: the same as text and as structured content. */
export function toolAnswer(result: ActionResult, more: readonly string[] = []): CallToolResult {
  return {
    content: [{ type: 'text', text: [result.message, ...more].join('\n\n') }],
    structuredContent: result,
    ...(ERRORS.has(result.state) && { isError: true }),
  }
}

/** What became of the parts of a batch. */
export const partsOf = (parts: readonly BatchPart[]): NonNullable<ActionResult['parts']> =>
  parts.map(({ first, count, outcome, batch }) => ({
    first,
    count,
    outcome,
    ...(batch !== undefined && { batch_id: batch.batch_id }),
  }))
