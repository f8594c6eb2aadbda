import { CLIENT_CAPABILITIES_META_KEY, McpServer, type ServerContext } from '@modelcontextprotocol/server'
import { describe, expect, test } from 'vitest'
import { answerOf, canAsk } from './ask.ts'

const server = new McpServer({ name: 'a-test', version: '1' })

/** As much of a request's context as is looked at here. */
const context = (mcpReq: object): ServerContext => ({ mcpReq }) as ServerContext

test.each([
  [{ elicitation: {} }, true],
  [{ elicitation: { form: {} } }, true],
  [{ elicitation: { form: {}, url: {} } }, true],
  // It can send its user to a page, but shows no form.
  [{ elicitation: { url: {} } }, false],
  [{ sampling: {} }, false],
  [{}, false],
])('a client that declares %j can ask its user: %s', (declared, can) => {
  expect(canAsk(server, context({ envelope: { [CLIENT_CAPABILITIES_META_KEY]: declared } }))).toBe(can)
})

test('a client that declared nothing at all cannot', () => {
  expect(canAsk(server, context({}))).toBe(false)
})

describe('what a client sends back', () => {
  const sentBack = (confirm: unknown, state: unknown = 'a-token') =>
    answerOf(context({ requestState: () => state, inputResponses: { confirm } }))?.answer

  test.each([
    [{ action: 'accept', content: { confirm: true } }, 'yes'],
    [{ action: 'accept', content: { confirm: false } }, 'no'],
    [{ action: 'accept', content: { confirm: 'true' } }, 'no'],
    [{ action: 'accept', content: { confirm: 1 } }, 'no'],
    [{ action: 'accept', content: {} }, 'no'],
    [{ action: 'accept' }, 'no'],
    [{ action: 'decline', content: { confirm: true } }, 'no'],
    [{ action: 'cancel' }, 'dismissed'],
    [{ roots: [] }, 'unanswered'],
    [undefined, 'unanswered'],
    ['accept', 'unanswered'],
  ])('%j is "%s"', (response, answer) => {
    expect(sentBack(response)).toBe(answer)
  })

  test('without the token of a question is no answer', () => {
    expect(
      answerOf(
        context({
          requestState: () => undefined,
          inputResponses: { confirm: { action: 'accept', content: { confirm: true } } },
        }),
      ),
    ).toBeUndefined()
  })
})
