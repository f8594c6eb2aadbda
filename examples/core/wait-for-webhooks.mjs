// Waits for calls by their webhooks instead of by asking: set the webhook's URL in the dashboard to this server's.
// PORT=3000 MOVOICE_WEBHOOK_SECRET=… node wait-for-webhooks.mjs agent_clinic +12025550101
import { createServer } from 'node:http'
import { CallEventFeed, Movoice } from '@movoice-kit/core'
import { parseWebhook, toCallEvent, verifyWebhook } from '@movoice-kit/core/events'

const events = new CallEventFeed()
const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  try {
    verifyWebhook(body, request.headers, process.env.MOVOICE_WEBHOOK_SECRET)
    events.publish(toCallEvent(parseWebhook(body)))
    response.writeHead(204).end()
  } catch {
    response.writeHead(401).end()
  }
})
await new Promise((resolve) => server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', resolve))
console.log(`listening on http://127.0.0.1:${server.address().port}/movoice`)

const [agent_id, recipient_phone] = process.argv.slice(2)
const movoice = new Movoice({
  apiKey: process.env.MOVOICE_API_KEY,
  baseUrl: process.env.MOVOICE_BASE_URL,
  events,
  plan: 'growth', // with events, the next call begins the moment a line is free
})
const { call_id } = await movoice.calls.create({ agent_id, recipient_phone })
const call = await movoice.calls.waitUntilDone(call_id)
console.log(call.status, call.outcome ?? call.reason, call.summary ?? '')
server.close()
server.closeAllConnections()
