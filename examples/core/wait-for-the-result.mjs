// node wait-for-the-result.mjs agent_clinic +12025550101
import { Movoice } from '@movoice-kit/core'

const [agent_id, recipient_phone] = process.argv.slice(2)
const movoice = new Movoice({ apiKey: process.env.MOVOICE_API_KEY, baseUrl: process.env.MOVOICE_BASE_URL })

const { call_id } = await movoice.calls.create({ agent_id, recipient_phone })
const call = await movoice.calls.waitUntilDone(call_id, { timeoutMs: 10 * 60_000 })
console.log(call.status, call.outcome ?? call.reason, call.summary ?? '')
