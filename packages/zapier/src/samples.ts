import { sampleAgent, sampleCall, sampleCallEvent } from '@movoice-kit/core/events'
import { agentOutput } from './fields/agent-fields.ts'
import { callOutput } from './fields/call-fields.ts'

// Samples are made by the very code that makes the real thing, so that no key can differ.

export const completedEvent = sampleCallEvent('call.completed')
export const failedEvent = sampleCallEvent('call.failed')
export const actionEvent = sampleCallEvent('action.triggered')
export const callSample = callOutput(sampleCall)
export const agentSample = agentOutput(sampleAgent)
