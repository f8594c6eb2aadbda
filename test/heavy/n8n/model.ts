import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json } from './n8n.ts'

/** What the model answers, turn by turn: it uses a tool, or says something. */
export type Turn = { readonly tool: string; readonly arguments: object } | { readonly say: string }

/** A language model on this machine that says what it is told to, by the chat completions protocol. */
export async function scriptedModel(turns: readonly Turn[]) {
  const heard: Json[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const asked = JSON.parse(text)
    const turn = turns[heard.length]
    heard.push(asked)
    const message =
      turn === undefined || 'say' in turn
        ? { role: 'assistant', content: turn?.say ?? '' }
        : {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: `call_${heard.length}`,
                type: 'function',
                function: { name: turn.tool, arguments: JSON.stringify(turn.arguments) },
              },
            ],
          }
    const finish_reason = 'tool_calls' in message ? 'tool_calls' : 'stop'
    const head = { id: 'chat_1', created: 1, model: asked.model }
    if (asked.stream === true) {
      const delta =
        'tool_calls' in message
          ? { ...message, tool_calls: message.tool_calls?.map((one, index) => ({ index, ...one })) }
          : message
      const chunk = (choice: object) =>
        `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] })}\n\n`
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(
        `${chunk({ delta, finish_reason: null })}${chunk({ delta: {}, finish_reason })}data: [DONE]\n\n`,
      )
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    heard,
    close: () => new Promise<unknown>((resolve) => server.close(resolve)),
  }
}
