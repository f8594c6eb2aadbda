import Fastify from 'fastify'
import { openInbox } from '../inbox/inbox.mjs'
import { fromHooks, fromMovoice, statusOf } from '../inbox/verify.mjs'

const keep = openInbox(process.env.INBOX ?? 'inbox.db', async (event) => {
  console.log(event.id, event.outcome ?? event.reason ?? '') // Your work: as slow as it likes, nobody waits for it.
})

const receive = (verify) => async (request, reply) => {
  const isNew = keep(verify(request.body, request.headers))
  return reply.code(isNew ? 202 : 200).send()
}

const app = Fastify()
// In a scope of its own, so that your other routes keep their JSON.
app.register(async (scope) => {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 2 ** 20 }, (_request, body, done) =>
    done(null, body),
  )
  scope.post('/movoice', receive(fromMovoice))
  scope.post('/hook', receive(fromHooks))
  scope.setErrorHandler((error, _request, reply) => {
    reply.code(error.statusCode ?? statusOf(error)).send({ error: error.message })
  })
})

const address = await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })
console.log(`listening on ${address}`)
