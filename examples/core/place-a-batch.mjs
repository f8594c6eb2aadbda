// node place-a-batch.mjs agent_clinic +12025550101 +12025550102 …
import { BatchError, Movoice, OutcomeUnknownError, ValidationError } from '@movoice-kit/core'

const [agent_id, ...phones] = process.argv.slice(2)
const movoice = new Movoice({
  apiKey: process.env.MOVOICE_API_KEY,
  baseUrl: process.env.MOVOICE_BASE_URL,
  plan: 'starter', // at most 50 recipients a batch: more are placed in several
})

try {
  const batch = await movoice.calls.createBatch({ agent_id, recipients: phones.map((phone) => ({ phone })) })
  for (const part of batch.parts ?? [{ first: 0, count: phones.length, batch }]) {
    console.log(`rows ${part.first + 1} to ${part.first + part.count}: ${part.batch.batch_id}`)
  }
} catch (error) {
  if (error instanceof ValidationError) {
    // Nothing was sent. Every wrong row is here, not only the first.
    for (const { path, message } of error.problems) console.error(path, message)
  } else if (error instanceof BatchError) {
    console.error(error.message, `${error.remaining.length} are left to be placed.`)
  } else if (error instanceof OutcomeUnknownError) {
    console.error(error.message, error.hint)
  } else throw error
  process.exitCode = 1
}
