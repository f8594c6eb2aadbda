// PORT=3000 MOVOICE_WEBHOOK_SECRET=… node receive-express.mjs
import { isMovoiceError } from '@movoice-kit/core/client'
import { parseWebhook, toCallEvent, verifyWebhook } from '@movoice-kit/core/events'
import express from 'express'

const app = express()

// The signature covers the bytes as they came, so the body must not be parsed before it is verified.
app.post('/movoice', express.raw({ type: () => true, limit: '1mb' }), (request, response) => {
  try {
    verifyWebhook(request.body, request.headers, process.env.MOVOICE_WEBHOOK_SECRET)
    const event = toCallEvent(parseWebhook(request.body), undefined, { receivedAt: Date.now() })
    console.log(event.id, event.outcome ?? event.reason ?? '')
    response.sendStatus(204)
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    response.status(error.name === 'SignatureError' ? 401 : 400).json({ error: error.message })
  }
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/movoice`)
})
