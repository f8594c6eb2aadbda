import {
  check,
  type FieldProblem,
  type Operation,
  type OperationName,
  operationNames,
  operations,
} from '@movoice-kit/core/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RequestFault } from '../faults/fault.ts'
import type { FaultBox } from '../faults/fault-box.ts'
import * as wrong from '../faults/wrong-answers.ts'
import { Refusal } from '../refusal.ts'
import type { Scenario } from '../scenarios.ts'
import type { Timeline } from '../time/timeline.ts'
import type { World } from '../world.ts'
import { send } from './errors.ts'
import { handlers } from './handlers.ts'
import { numericFields, readQuery } from './query.ts'
import { logBody, logStatus } from './request-log.ts'

export interface ApiContext {
  readonly timeline: Timeline
  readonly world: () => World
  readonly faults: FaultBox
  readonly held: wrong.HeldBack
  /** Writes down what was done, before anyone is told that it is. */
  readonly persist: () => void
}

/** Scenario 17 answers this late, in seconds. */
const LATE = 90
const GOOD_KEY = /^Bearer +(sk_sandbox[\x21-\x7e]*)$/i

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly timeline: Timeline
  readonly held: wrong.HeldBack
}

/** Every operation of the contract as a route, below `/v1`. */
export function apiRoutes(app: FastifyInstance, context: ApiContext): void {
  const { timeline, faults, held } = context
  for (const name of operationNames) {
    const operation: Operation = operations[name]
    const carryOut = carrierOf(name, operation, context)
    app.route({
      method: operation.method,
      url: `/v1${operation.path.replace(/\{(\w+)\}/g, ':$1')}`,
      // Who may not ask is told so before anyone looks at what is asked.
      onRequest: (request, _reply, done) => done(refusedKey(request.headers.authorization, operation)),
      handler: (request, reply) => {
        timeline.catchUp()
        logBody(request)
        const exchange = { request, reply, timeline, held }
        const fault = faults.forRequest(request.method, request.url.split('?')[0] ?? '')
        if (fault === undefined) finish(carryOut(request), exchange)
        else withFault(fault, () => carryOut(request), exchange)
      },
    })
  }
}

interface Done {
  readonly body: unknown
  readonly answers?: Scenario['answers'] | undefined
}

/** Checks a request and does what it asks for, or throws the refusal. */
function carrierOf(name: OperationName, operation: Operation, { world, persist }: ApiContext) {
  const numeric = numericFields(operation.query)
  return (request: FastifyRequest): Done => {
    const done = handlers[name](world(), {
      params: paramsOf(operation, request.params),
      query: checked(operation.query, operation.query && readQuery(request.query, numeric)),
      body: checked(operation.body, request.body),
    })
    persist()
    return done
  }
}

function finish({ body, answers }: Done, { request, reply, timeline, held }: Exchange): void {
  switch (answers) {
    case undefined:
      reply.send(body)
      logStatus(request, 200)
      return
    case '500':
      throw new Refusal(500, 'Something went wrong on our side.')
    case 'html':
      wrong.html(reply, 200)
      logStatus(request, 200)
      return
    case 'reset':
      wrong.reset(request, reply)
      return
    case 'late':
      held.answer(request, timeline, LATE, () => {
        reply.send(body)
        logStatus(request, 200)
      })
      return
  }
}

function withFault(fault: RequestFault, carryOut: () => Done, exchange: Exchange): void {
  const { request, reply, timeline, held } = exchange
  // What is refused stays refused: a fault after the fact needs a fact.
  const done = 'when' in fault && fault.when === 'before' ? undefined : carryOut()
  switch (fault.kind) {
    case 'status':
      failWith(fault, reply)
      logStatus(request, fault.status)
      return
    case 'reset':
      wrong.reset(request, reply)
      return
    case 'html':
      wrong.html(reply, fault.status)
      logStatus(request, fault.status)
      return
    case 'truncate':
      wrong.truncated(reply, done?.body)
      logStatus(request, 200)
      return
    case 'slow_body':
      wrong.slowly(request, reply, done?.body, fault.seconds, timeline)
      logStatus(request, 200)
      return
    case 'delay':
      if (done !== undefined) held.answer(request, timeline, fault.seconds, () => finish(done, exchange))
      // A server that is slow to begin does its work even if nobody waits for the answer any more.
      else timeline.after(fault.seconds * 1000, () => attempt(carryOut, exchange))
  }
}

function attempt(carryOut: () => Done, exchange: Exchange): void {
  try {
    const done = carryOut()
    if (!exchange.request.raw.socket.destroyed) finish(done, exchange)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (!exchange.request.raw.socket.destroyed) send(exchange.request, exchange.reply, error)
  }
}

function failWith(fault: Extract<RequestFault, { kind: 'status' }>, reply: FastifyReply): void {
  if (fault.retry_after !== undefined) reply.header('retry-after', String(fault.retry_after))
  const known = Refusal.codeOf(fault.status)
  reply.code(fault.status).send({
    error: {
      code: fault.code ?? known ?? `http_${fault.status}`,
      message: fault.message ?? 'A fault that was asked for.',
      param: null,
    },
  })
}

function refusedKey(header: string | undefined, { safety }: Operation): Refusal | undefined {
  if (header === undefined || header === '') return new Refusal(401, 'The API key is missing.')
  const key = GOOD_KEY.exec(header)?.[1]
  if (key === undefined)
    return new Refusal(401, 'The API key is wrong: any that begins with sk_sandbox is good here.')
  if (safety !== 'read' && key.startsWith('sk_sandbox_readonly'))
    return new Refusal(403, 'This API key may read only.')
  return undefined
}

/** An id that cannot be one is the id of nothing. */
function paramsOf(operation: Operation, params: unknown): Record<string, string> {
  if (operation.params === undefined) return {}
  const result = check(operation.params, params)
  if (result.ok) return result.value as Record<string, string>
  const param = result.problems[0]?.path
  throw new Refusal(404, `There is no such ${param === 'agent_id' ? 'agent' : 'call'}.`, { param })
}

function checked(schema: Operation['body'], value: unknown): unknown {
  if (schema === undefined) return value
  const result = check(schema, value === undefined ? {} : value)
  if (result.ok) return result.value
  throw new Refusal(400, `${result.problems.slice(0, 5).map(sentence).join('; ')}.`, {
    param: result.problems.find(({ path }) => path !== '')?.path,
  })
}

const sentence = ({ path, message }: FieldProblem): string =>
  `${path === '' ? 'The request' : path.slice(0, 100)} ${message}`
