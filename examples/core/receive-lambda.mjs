// For AWS Lambda behind a function URL or an HTTP API (payload format 2.0).
import { isMovoiceError } from '@movoice-kit/core/client'
import { parseWebhook, toCallEvent, verifyWebhook } from '@movoice-kit/core/events'

export const handler = async ({ body = '', isBase64Encoded, headers }) => {
  const raw = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  try {
    verifyWebhook(raw, headers, process.env.MOVOICE_WEBHOOK_SECRET)
    const event = toCallEvent(parseWebhook(raw), undefined, { receivedAt: Date.now() })
    console.log(event.id, event.outcome ?? event.reason ?? '')
    return { statusCode: 204 }
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    return {
      statusCode: error.name === 'SignatureError' ? 401 : 400,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: error.message }),
    }
  }
}
