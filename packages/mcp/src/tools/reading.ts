import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server'
import { isMovoiceError } from '@movoice-kit/core/engine'
import type { Log } from '../log.ts'
import { toolAnswer } from '../output/action-result.ts'
import { errorText } from '../output/failure.ts'

/** A tool's answer that is not an action's: the same as text and as structured content. */
export const answer = (text: string, structuredContent: Record<string, unknown>): CallToolResult => ({
  content: [{ type: 'text', text }],
  structuredContent,
})

/**
 * Runs what reads. A failure becomes an answer that a model can act on: what happened and what to do next, never a key
 * and never a stack.
 */
export async function reading(
  log: Log,
  tool: string,
  work: () => Promise<CallToolResult>,
): Promise<CallToolResult> {
  try {
    return await work()
  } catch (error) {
    if (isMovoiceError(error)) {
      log('refused', { tool, code: error.code, status: error.status, requestId: error.requestId })
      return { content: [{ type: 'text', text: errorText(error) }], isError: true }
    }
    log('fault', { tool, error: error instanceof Error ? (error.stack ?? error.message) : 'unknown' })
    return {
      content: [{ type: 'text', text: 'The server made a mistake; whoever runs it finds it in its log.' }],
      isError: true,
    }
  }
}

/** Runs what dials or changes: a fault of the server itself must not look as if nothing had happened. */
export async function acting<T extends CallToolResult | InputRequiredResult>(
  log: Log,
  tool: string,
  work: () => Promise<T>,
): Promise<T | CallToolResult> {
  try {
    return await work()
  } catch (error) {
    log('fault', { tool, error: error instanceof Error ? (error.stack ?? error.message) : 'unknown' })
    return toolAnswer({
      state: 'may_have_been_placed',
      message:
        'The server made a mistake, and it is not known what it did before. Look with list_calls before you do anything again; whoever runs the server finds the mistake in its log.',
      error: { code: 'server_fault' },
    })
  }
}
