import { Movoice, type MovoiceOptions } from '../client.ts'
import {
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from '../engine/transport.ts'
import { VirtualClock } from './virtual-clock.ts'

/** What a scripted transport does with one request: an answer, a failure, or silence. */
export type Step =
  | {
      readonly status: number
      readonly json?: unknown
      readonly body?: string
      readonly headers?: Record<string, string>
    }
  | TransportFailure
  | 'hangs'
  | ((request: TransportRequest) => TransportResponse | Promise<TransportResponse>)

export const KEY = 'sk_test_canary_0123456789abcdef'

/** A client whose answers are written in advance, on a clock that jumps. Past the script, it is an error. */
export function scripted(steps: readonly Step[], options: Partial<MovoiceOptions> = {}) {
  const clock = new VirtualClock()
  const requests: TransportRequest[] = []
  const transport: Transport = (request) => {
    const step = steps[requests.length]
    requests.push(request)
    if (step === undefined) throw new Error(`The script has no answer for request ${requests.length}.`)
    return play(step, request)
  }
  const movoice = new Movoice({ apiKey: KEY, transport, clock, random: () => 0.5, ...options })
  return { movoice, clock, requests }
}

async function play(step: Step, request: TransportRequest): Promise<TransportResponse> {
  if (step === 'hangs') return new Promise(() => undefined)
  if (step instanceof TransportFailure) throw step
  if (typeof step === 'function') return step(request)
  const body = step.body ?? (step.json === undefined ? '' : JSON.stringify(step.json))
  return { status: step.status, headers: { 'content-type': 'application/json', ...step.headers }, body }
}

export const created = {
  call_id: 'call_1',
  status: 'initiated',
  agent_id: 'agent_a',
  recipient_phone: '+12025550101',
  created_at: 1_767_225_600,
}
