// node list-calls.mjs
import { Movoice } from '@movoice-kit/core'

const movoice = new Movoice({ apiKey: process.env.MOVOICE_API_KEY, baseUrl: process.env.MOVOICE_BASE_URL })

// One page …
const { items, total } = await movoice.calls.list({ limit: 20 })
console.log(`the first ${items.length} of ${total ?? 'who knows how many'}`)

// … or all of them, page by page, each once.
for await (const call of movoice.calls.list({ status: 'completed' })) {
  console.log(call.call_id, call.outcome)
}
