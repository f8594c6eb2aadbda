// PORT=3000 MOVOICE_WEBHOOK_SECRET=… node receive-hono.mjs
import { serve } from '@hono/node-server'
import { isMovoiceError } from '@movoice-kit/core/client'
import { parseWebhook, toCallEvent, verifyWebhook } from '@movoice-kit/core/events'
import { Hono } from 'hono'

const app = new Hono()

app.post('/movoice', async (context) => {
  const body = new Uint8Array(await context.req.arrayBuffer())
  try {
    verifyWebhook(body, context.req.raw.headers, process.env.MOVOICE_WEBHOOK_SECRET)
    const event = toCallEvent(parseWebhook(body), undefined, { receivedAt: Date.now() })
    console.log(event.id, event.outcome ?? event.reason ?? '')
    return context.body(null, 204)
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    return context.json({ error: error.message }, error.name === 'SignatureError' ? 401 : 400)
  }
})

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`listening on http://127.0.0.1:${port}/movoice`)
})
