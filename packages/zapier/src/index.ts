import { VERSION } from '@movoice-kit/core/contract'
import zapier, { type App, type Create, type Search, type Trigger } from 'zapier-platform-core'
import { authentication } from './authentication.ts'
import { createBatch } from './creates/create-batch.ts'
import { placeCall } from './creates/place-call.ts'
import { updateAgent } from './creates/update-agent.ts'
import { findAgent } from './searches/find-agent.ts'
import { findCall } from './searches/find-call.ts'
import { agentList } from './triggers/agent-list.ts'
import { callCompleted } from './triggers/call-completed.ts'
import { callEvent } from './triggers/call-event.ts'
import { callFailed } from './triggers/call-failed.ts'
import { callFinished } from './triggers/call-finished.ts'
import { callList } from './triggers/call-list.ts'
import { voiceList } from './triggers/voice-list.ts'

const byKey = <T extends { readonly key: string }>(...parts: T[]): Record<string, T> =>
  Object.fromEntries(parts.map((part) => [part.key, part]))

/**
 * The Zapier app for Movoice.
 *
 * @example
 * import app from '@movoice-kit/zapier'
 * import zapier from 'zapier-platform-core'
 * const run = zapier.createAppTester(app)
 * await run(app.creates.place_call.operation.perform, { authData: { api_key }, inputData: { agent_id, recipient_phone } })
 */
const app: App<Record<string, Trigger>, Record<string, Create>, Record<string, Search>> = {
  version: VERSION,
  platformVersion: zapier.version,
  authentication,
  // Requests go out by z.request, which logs them itself.
  flags: { skipHttpPatch: true },
  triggers: byKey<Trigger>(
    callCompleted,
    callFailed,
    callEvent,
    callFinished,
    agentList,
    callList,
    voiceList,
  ),
  creates: byKey<Create>(placeCall, createBatch, updateAgent),
  searches: byKey<Search>(findCall, findAgent),
}

export default app
