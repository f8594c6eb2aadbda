import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type ElicitRequestFormParams,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server'
import * as z from 'zod/mini'
import { CONFIRM_WITHIN_MS } from '../confirm/pending.ts'

/** How a client's protocol asks a person: it is told to in the answer, or a request goes to it meanwhile. */
export type Era = 'modern' | 'legacy'

export type Answer = 'yes' | 'no' | 'dismissed' | 'unanswered'

/** Whether this client can put a form before its user, as far as it declared. */
export function canAsk(server: McpServer, ctx: ServerContext): boolean {
  // A client of 2026 declares itself with every request; the SDK has checked the form of it.
  const envelope: Readonly<Record<string, unknown>> | undefined = ctx.mcpReq.envelope
  const declared = envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined
  const { elicitation } = declared ?? server.server.getClientCapabilities() ?? {}
  if (elicitation === undefined) return false
  // Before forms had a name of their own, an empty object meant them.
  return elicitation.form !== undefined || elicitation.url === undefined
}

const KEY = 'confirm'
const ticked = z.object({ confirm: z.boolean() })

function form(message: string, title: string): ElicitRequestFormParams {
  return {
    mode: 'form',
    message,
    // No default: a client that fills forms in by itself must not say yes by it.
    requestedSchema: {
      type: 'object',
      properties: { confirm: { type: 'boolean', title } },
      required: ['confirm'],
    },
  }
}

/** The question for a client that answers by sending its request again, with the token beside it. */
export const question = (message: string, title: string, token: string): InputRequiredResult =>
  inputRequired({
    inputRequests: { [KEY]: inputRequired.elicit(form(message, title)) },
    requestState: token,
  })

/** What came back with the request, if it is one that was sent again. */
export function answerOf(
  ctx: ServerContext,
): { readonly token: string; readonly answer: Answer } | undefined {
  const token = ctx.mcpReq.requestState<unknown>()
  if (typeof token !== 'string') return undefined
  const view = inputResponse(ctx.mcpReq.inputResponses, KEY)
  if (view.kind !== 'elicit') return { token, answer: 'unanswered' }
  if (view.action === 'cancel') return { token, answer: 'dismissed' }
  const yes = acceptedContent<{ confirm?: unknown }>(ctx.mcpReq.inputResponses, KEY)?.confirm === true
  return { token, answer: yes ? 'yes' : 'no' }
}

/** Asks while the request waits, as clients of 2025 know it. */
export async function askNow(ctx: ServerContext, message: string, title: string): Promise<Answer> {
  try {
    const { action, content } = await ctx.mcpReq.elicitInput(form(message, title), {
      timeout: CONFIRM_WITHIN_MS,
      signal: ctx.mcpReq.signal,
    })
    if (action === 'cancel') return 'dismissed'
    return action === 'accept' && z.safeParse(ticked, content).data?.confirm === true ? 'yes' : 'no'
  } catch {
    // No answer in time, an answer that is no answer, a connection that is gone: none of them is a yes.
    return 'unanswered'
  }
}
