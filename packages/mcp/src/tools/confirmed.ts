import type {
  CallToolResult,
  InputRequiredResult,
  McpServer,
  ServerContext,
} from '@modelcontextprotocol/server'
import type { Action, Taking } from '../confirm/pending.ts'
import type { Office } from '../office.ts'
import { type ActionResult, toolAnswer } from '../output/action-result.ts'
import { type Answer, answerOf, askNow, canAsk, type Era, question } from './ask.ts'

/** Where a tool stands: the server that all connections share, and this one connection. */
export interface Desk {
  readonly office: Office
  readonly server: McpServer
  readonly era: Era
}

export interface Request {
  readonly tool: string
  /** What was asked for, checked. */
  readonly input: object
  /** What the box says that the person ticks, such as `Yes, call this number`. */
  readonly yes: string
  /** Looks up what a person must know, and says what would be done; a result if nothing can be. */
  readonly prepare: (ctx: ServerContext) => Promise<Action<ActionResult> | ActionResult>
}

/**
 * The one way to a phone: does what was asked for only after somebody confirmed it. A client that can ask its user is
 * made to; any other gets a token, which `confirm_action` takes once.
 */
export async function confirmed(
  desk: Desk,
  request: Request,
  ctx: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const { office, server, era } = desk
  const answered = answerOf(ctx)
  if (answered !== undefined) return afterAnswer(desk, request, ctx, answered.token, answered.answer)

  const action = await request.prepare(ctx)
  if ('state' in action) return toolAnswer(action)
  if (canAsk(server, ctx)) {
    const { token } = office.pending.prepare(action, 'by_client')
    if (era === 'modern') return question(action.summary, request.yes, token)
    return afterAnswer(desk, request, ctx, token, await askNow(ctx, action.summary, request.yes))
  }
  if (office.policy.requireElicitation) {
    return toolAnswer({
      state: 'not_done',
      message:
        'Nothing was done. This server acts only for clients that ask their user themselves (the MCP capability "elicitation"), and this client cannot. Use one that can, or run the server without --require-elicitation.',
      error: { code: 'cannot_ask' },
    })
  }
  const { summary } = action
  const { token, expiresAt: at } = office.pending.prepare(action, 'by_assistant')
  const expiresAt = new Date(at).toISOString()
  if (office.policy.showToken !== undefined) {
    office.policy.showToken({ summary, token, expiresAt })
    return toolAnswer(
      {
        state: 'needs_confirmation',
        message: READ_IT_THERE,
        confirmation: { expires_at: expiresAt, summary },
      },
      [summary],
    )
  }
  const confirmation = { token, expires_at: expiresAt, summary }
  return toolAnswer(
    {
      state: 'needs_confirmation',
      message:
        'Nothing is done yet. Show this to the user word for word and ask whether to go on. Only if they say yes, call confirm_action with the token; it is good once, for five minutes.',
      confirmation,
    },
    [summary, `Token: ${token}`],
  )
}

const READ_IT_THERE =
  'Nothing is done yet. Show this to the user word for word. Whoever runs this server sees the same there, with a token: only if they want it done, they give you that token for confirm_action. It is good once, for five minutes. You cannot find it out, and must not look for it.'

async function afterAnswer(
  { office }: Desk,
  { tool, input }: Request,
  ctx: ServerContext,
  token: string,
  answer: Answer,
): Promise<CallToolResult> {
  if (answer === 'yes') {
    const taking = await office.pending.confirm(token, 'by_client', ctx.mcpReq.signal, { tool, input })
    return toolAnswer(told(taking))
  }
  office.pending.refuse(token)
  office.log('not_confirmed', { tool, answer })
  return toolAnswer({ state: 'declined', message: DECLINED[answer] })
}

const DECLINED: Readonly<Record<Exclude<Answer, 'yes'>, string>> = {
  no: 'The user said no. Nothing was done; do not ask again unless they want it.',
  dismissed: 'The user closed the question without an answer. Nothing was done.',
  unanswered: 'The user gave no answer in time. Nothing was done.',
}

/** What a confirmation came to. */
export function told(taking: Taking<ActionResult>): ActionResult {
  switch (taking.kind) {
    case 'done':
      if (!taking.repeated) return taking.result
      return {
        ...taking.result,
        repeated: true,
        message: `This was confirmed before, and nothing was done again. It came to: ${taking.result.message}`,
      }
    case 'mismatch':
      return {
        state: 'not_done',
        message:
          'Nothing was done: the confirmation is for another request than this one. Begin again, and ask the user again.',
        error: { code: 'confirmation_mismatch' },
      }
    case 'invalid':
      return {
        state: 'not_done',
        message:
          'Nothing was done now: this confirmation is not known. It may have expired after five minutes, been refused, or be from before the server was restarted. Look with list_calls if you are not sure what was placed; else begin again, and ask the user again.',
        error: { code: 'confirmation_invalid' },
      }
  }
}
