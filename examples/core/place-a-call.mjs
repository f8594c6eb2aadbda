// node place-a-call.mjs agent_clinic +12025550101
import { isMovoiceError, Movoice } from '@movoice-kit/core'

const [agent_id, recipient_phone] = process.argv.slice(2)
const movoice = new Movoice({ apiKey: process.env.MOVOICE_API_KEY, baseUrl: process.env.MOVOICE_BASE_URL })

try {
  const call = await movoice.calls.create({ agent_id, recipient_phone, variables: { name: 'Asha' } })
  console.log(`placed ${call.call_id}`, call.reconciled ? '(its answer was lost; found in the list)' : '')
} catch (error) {
  if (!isMovoiceError(error)) throw error
  // `sent` is the question that matters: 'no' and 'yes' are settled, after 'maybe' the phone may have rung.
  console.error(`${error.name}: ${error.message} Sent: ${error.sent}. ${error.hint}`)
  process.exitCode = 1
}
