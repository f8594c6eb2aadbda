// What dials and changes stands on tables of numbers and zones that take as long to load as all else together: it is
// loaded when it is first asked for.
export { createBatch } from './create-batch.ts'
export { placeCall } from './place-call.ts'
export { updateAgent } from './update-agent.ts'
