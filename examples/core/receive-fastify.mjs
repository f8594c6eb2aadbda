// PORT=3000 MOVOICE_WEBHOOK_SECRET=… node receive-fastify.mjs
import { isMovoiceError } from '@movoice-kit/core/client'
import { parseWebhook, toCallEvent, verifyWebhook } from '@movoice-kit/core/events'
import Fastify from 'fastify'

const app = Fastify()

// In a scope of its own, so that other routes keep their JSON.
app.register(async (scope) => {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.post('/movoice', async (request, reply) => {
    try {
      verifyWebhook(request.body, request.headers, process.env.MOVOICE_WEBHOOK_SECRET)
      const event = toCallEvent(parseWebhook(request.body), undefined, { receivedAt: Date.now() })
      console.log(event.id, event.outcome ?? event.reason ?? '')
      return reply.code(204).send()
    } catch (error) {
      if (!isMovoiceError(error)) throw error
      return reply.code(error.name === 'SignatureError' ? 401 : 400).send({ error: error.message })
    }
  })
})

const address = await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })
console.log(`listening on ${address}/movoice`)
