import express from 'express'
import { openInbox } from '../inbox/inbox.mjs'
import { fromHooks, fromMovoice, statusOf } from '../inbox/verify.mjs'

const keep = openInbox(process.env.INBOX ?? 'inbox.db', async (event) => {
  console.log(event.id, event.outcome ?? event.reason ?? '') // Your work: as slow as it likes, nobody waits for it.
})

const receive = (verify) => (request, response) => {
  const isNew = keep(verify(request.body, request.headers))
  response.status(isNew ? 202 : 200).end()
}

const app = express()
app.use(express.raw({ type: () => true, limit: '1mb' }))
app.post('/movoice', receive(fromMovoice))
app.post('/hook', receive(fromHooks))
app.use((error, _request, response, _next) => {
  response.status(error.status ?? statusOf(error)).json({ error: error.message })
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`)
})
