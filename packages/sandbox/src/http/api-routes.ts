import {
  check,
  type FieldProblem,
  type Operation,
  type OperationName,
  operationNames,
  operations,
} from '@movoice-kit/core/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../refusal.ts'
import type { Timeline } from '../time/timeline.ts'
import type { World } from '../world.ts'
import { handlers, type Parts } from './handlers.ts'
import { numericFields, readQuery } from './query.ts'

export interface ApiContext {
  readonly timeline: Timeline
  readonly world: () => World
}

/** Scenario 17 answers this late. */
const LATE_MS = 90_000
const GOOD_KEY = /^Bearer +(sk_sandbox[\x21-\x7e]*)$/i

/** Every operation of the contract as a route, below `/v1`. */
export function apiRoutes(app: FastifyInstance, context: ApiContext): void {
  for (const name of operationNames) {
    const operation: Operation = operations[name]
    const numeric = numericFields(operation.query)
    app.route({
      method: operation.method,
      url: `/v1${operation.path.replace(/\{(\w+)\}/g, ':$1')}`,
      handler: (request, reply) => {
        context.timeline.catchUp()
        authorize(request.headers.authorization, operation)
        const parts: Parts = {
          params: checked(operation, 'params', request.params) as Record<string, string>,
          query: checked(operation, 'query', readQuery(request.query, numeric)),
          body: checked(operation, 'body', request.body),
        }
        answer(name, parts, context, reply, request)
      },
    })
  }
}

function answer(
  name: OperationName,
  parts: Parts,
  { world, timeline }: ApiContext,
  reply: FastifyReply,
  request: FastifyRequest,
): void {
  const { body, answers } = handlers[name](world(), parts)
  switch (answers) {
    case undefined:
      reply.send(body)
      return
    case '500':
      throw new Refusal(500, 'Something went wrong on our side.')
    case 'html':
      reply
        .type('text/html; charset=utf-8')
        .send('<!doctype html><html><head><title>OK</title></head><body><h1>Gateway</h1></body></html>')
      return
    case 'reset':
      reply.hijack()
      request.raw.socket.resetAndDestroy()
      return
    case 'late': {
      const planned = timeline.after(LATE_MS, () => void reply.send(body))
      request.raw.socket.once('close', () => planned.cancel())
    }
  }
}

function authorize(header: string | undefined, operation: Operation): void {
  if (header === undefined || header === '') throw new Refusal(401, 'The API key is missing.')
  const key = GOOD_KEY.exec(header)?.[1]
  if (key === undefined)
    throw new Refusal(401, 'The API key is wrong: any that begins with sk_sandbox is good here.')
  if (operation.safety !== 'read' && key.startsWith('sk_sandbox_readonly'))
    throw new Refusal(403, 'This API key may read only.')
}

function checked(operation: Operation, part: 'params' | 'query' | 'body', value: unknown): unknown {
  const schema = operation[part]
  if (schema === undefined) return value
  const result = check(schema, value ?? {})
  if (result.ok) return result.value
  throw new Refusal(400, result.problems.slice(0, 5).map(sentence).join('; '), {
    param: result.problems.find(({ path }) => path !== '')?.path,
  })
}

const sentence = ({ path, message }: FieldProblem): string =>
  path === '' ? `The request ${message}` : `${path} ${message}`
