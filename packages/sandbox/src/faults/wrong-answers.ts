import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Timeline } from '../time/timeline.ts'

const PIECES = 8

/** Cuts the connection with a TCP reset, as a crashed server or a firewall does. */
export function reset(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  request.raw.socket.resetAndDestroy()
}

export function html(reply: FastifyReply, status: number): void {
  const title = status < 400 ? 'OK' : `${status} Bad Gateway`
  reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1><hr>proxy</body></html>`,
    )
}

/** Half of the JSON, with a length that says that this is all. */
export function truncated(reply: FastifyReply, body: unknown): void {
  const text = JSON.stringify(body)
  reply.type('application/json; charset=utf-8').send(text.slice(0, Math.floor(text.length / 2)))
}

/** The head at once, the body in pieces over some sandbox seconds. */
export function slowly(
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
  seconds: number,
  timeline: Timeline,
): void {
  const bytes = Buffer.from(JSON.stringify(body))
  const size = Math.max(1, Math.ceil(bytes.length / PIECES))
  reply.hijack()
  reply.raw.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(bytes.length),
  })
  reply.raw.flushHeaders()
  const step = (from: number): void => {
    if (request.raw.socket.destroyed) return
    if (from + size >= bytes.length) {
      reply.raw.end(bytes.subarray(from))
      return
    }
    reply.raw.write(bytes.subarray(from, from + size))
    timeline.after((seconds * 1000) / PIECES, () => step(from + size))
  }
  timeline.after((seconds * 1000) / PIECES, () => step(0))
}

/** Requests whose answers wait for their time. */
export class HeldBack {
  readonly #sockets = new Set<Socket>()

  /** Answers when the sandbox's clock says so, unless nobody waits any more. */
  answer({ raw: { socket } }: FastifyRequest, timeline: Timeline, seconds: number, answer: () => void): void {
    this.#sockets.add(socket)
    const forget = () => {
      planned.cancel()
      this.#sockets.delete(socket)
    }
    const planned = timeline.after(seconds * 1000, () => {
      socket.off('close', forget)
      this.#sockets.delete(socket)
      if (!socket.destroyed) answer()
    })
    socket.once('close', forget)
  }

  /** Gives them up: their time never comes. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }
}
