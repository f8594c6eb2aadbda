// What the server does with a webhook, but for keeping it: verified, validated, made an event, answered.
import { parseWebhook, toCallEvent, verifyWebhook } from '@movoice-kit/core/events'
import Fastify from 'fastify'

const SECRET = process.env.SECRET ?? ''
const app = Fastify({ logger: false })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/movoice', (request, reply) => {
  const body = request.body as Uint8Array
  verifyWebhook(body, request.headers, SECRET)
  const event = toCallEvent(parseWebhook(body), undefined, { receivedAt: Date.now() })
  return reply.code(202).send({ received: true, id: event.id, repeat: false })
})
console.log(await app.listen({ port: 0, host: '127.0.0.1' }))
