import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../refusal.ts'
import { logStatus } from './request-log.ts'

/** Largest request body, in bytes: a batch of 5,000 recipients with their variables fits. */
export const BODY_LIMIT = 4 * 1024 * 1024

export function send(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  logStatus(request, refusal.status)
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds))
  return reply.code(refusal.status).type('application/json; charset=utf-8').send(refusal.body())
}

/** Every refusal, the server's own too, is answered with the documented body. */
export function errorAnswers(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | Refusal>((error, request, reply) => {
    if (error instanceof Refusal) return send(request, reply, error)
    return send(request, reply, ofServer(error))
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    const others = (['GET', 'POST', 'PATCH', 'DELETE'] as const).filter(
      (method) => method !== request.method && app.findRoute({ method, url: path }) !== null,
    )
    return send(
      request,
      reply,
      new Refusal(
        404,
        others.length === 0
          ? `There is no ${request.method} ${path.slice(0, 100)}.`
          : `There is no ${request.method} ${path.slice(0, 100)}, only ${others.join(' and ')}.`,
      ),
    )
  })
}

/** A path that is no path, such as one with a broken percent sign. */
export function unreadable(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  send(request, reply, new Refusal(404, `There is no ${request.method} at this path: it is not a valid one.`))
}

/** What is no HTTP at all, or has too large a head. */
export function answerUnreadable(_error: Error, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = JSON.stringify(new Refusal(400, 'This is no HTTP request that can be read.').body())
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

function ofServer(error: FastifyError): Refusal {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Refusal(400, `The body is larger than ${BODY_LIMIT / 1024 / 1024} MB.`)
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Refusal(400, 'The body must be sent as application/json.')
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new Refusal(400, 'The body is empty, and a JSON object is expected.')
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new Refusal(400, 'The body is not valid JSON.')
    default:
      return (error.statusCode ?? 500) < 500
        ? new Refusal(400, 'The request cannot be read.')
        : new Refusal(500, 'The sandbox itself failed: please report this.')
  }
}
