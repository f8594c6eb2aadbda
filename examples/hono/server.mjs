import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { openInbox } from '../inbox/inbox.mjs'
import { fromHooks, fromMovoice, statusOf } from '../inbox/verify.mjs'

const keep = openInbox(process.env.INBOX ?? 'inbox.db', async (event) => {
  console.log(event.id, event.outcome ?? event.reason ?? '') // Your work: as slow as it likes, nobody waits for it.
})

const receive = (verify) => async (context) => {
  const body = new Uint8Array(await context.req.arrayBuffer())
  const isNew = keep(verify(body, context.req.raw.headers))
  return context.body(null, isNew ? 202 : 200)
}

const app = new Hono()
app.use(bodyLimit({ maxSize: 2 ** 20 }))
app.post('/movoice', receive(fromMovoice))
app.post('/hook', receive(fromHooks))
app.onError((error, context) => context.json({ error: error.message }, error.status ?? statusOf(error)))

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`listening on http://127.0.0.1:${port}`)
})
