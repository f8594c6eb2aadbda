import * as core from '@movoice-kit/core'
import { type DocumentedStatus, documentedErrors } from '@movoice-kit/core/contract'
import { isMovoiceError, type MovoiceError, TransportFailure } from '@movoice-kit/core/engine'
import { verifyWebhook } from '@movoice-kit/core/events'
import { created, type Step, scripted } from '@movoice-kit/core/testing'

/** An error of the kit, brought about by the real client. */
export interface Failure {
  readonly error: MovoiceError
  readonly says: string
}

export interface StatusFailure extends Failure {
  readonly status: DocumentedStatus
}

const AGENT = 'agent_clinic'
const CALL = { agent_id: AGENT, recipient_phone: '+12025550101' }
const none: Step = { status: 200, json: { calls: [] } }

/** Plays a script to a client whose pauses take no time. */
function play(
  steps: readonly Step[],
  work: (movoice: core.Movoice) => Promise<unknown>,
  options: { readonly maxRetries?: number; readonly plan?: string } = { maxRetries: 0 },
): Promise<unknown> {
  const { movoice, clock } = scripted(steps, options)
  return clock.run(work(movoice))
}

const getAgent = (movoice: core.Movoice) => movoice.agents.get(AGENT)

async function thrownBy(work: () => unknown): Promise<MovoiceError> {
  try {
    await work()
  } catch (error) {
    if (isMovoiceError(error)) return error
    throw error
  }
  throw new Error('It was to fail, and did not.')
}

/** Every error that Movoice documents, as the client throws it. */
export async function statusErrors(): Promise<StatusFailure[]> {
  return Promise.all(
    Object.entries(documentedErrors).map(async ([key, { code, meaning }]) => {
      const status = Number(key) as DocumentedStatus
      const answer = { status, json: { error: { code, message: meaning } } }
      const error = await thrownBy(() => play([answer], getAgent))
      if (error.status !== status) throw new Error(`${status} was to be told, and ${error.name} was.`)
      return { status, error, says: meaning }
    }),
  )
}

/** What can go wrong beside that, and how it is brought about. */
const ways: Record<string, { readonly says: string; readonly fail: () => unknown }> = {
  ConnectionError: {
    says: 'Movoice cannot be reached',
    fail: () => play([new TransportFailure('connect', 'no')], getAgent),
  },
  TimeoutError: {
    says: 'no answer in time',
    fail: () => play([new TransportFailure('timeout', 'maybe')], getAgent),
  },
  AbortedError: {
    says: 'stopped by its caller',
    fail: () => play([none], (movoice) => movoice.agents.get(AGENT, { signal: AbortSignal.abort() })),
  },
  UnexpectedResponseError: {
    says: 'an answer that is not what the API promises',
    fail: () => play([{ status: 200, body: '<html></html>' }], getAgent),
  },
  OutcomeUnknownError: {
    says: 'nobody knows whether the call was placed',
    fail: () =>
      play([{ status: 500 }, ...Array.from({ length: 40 }, () => none)], (movoice) =>
        movoice.calls.create(CALL),
      ),
  },
  BatchError: {
    says: 'a batch in parts broke off',
    fail: () => {
      const steps = [
        { status: 200, json: { batch_id: 'batch_1', status: created.status } },
        { status: 403, json: { error: { code: 'forbidden', message: 'Not this one.' } } },
      ]
      const recipients = Array.from({ length: 60 }, (_none, n) => ({
        phone: `+1202555${String(n).padStart(4, '0')}`,
      }))
      const batch = { agent_id: AGENT, recipients }
      return play(steps, (movoice) => movoice.calls.createBatch(batch), { plan: 'starter' })
    },
  },
  ValidationError: {
    says: 'the input is wrong; nothing was sent',
    fail: () => play([], (movoice) => movoice.calls.create({ ...CALL, recipient_phone: '12' })),
  },
  SignatureError: {
    says: 'a webhook’s signature is missing or wrong',
    fail: () => verifyWebhook('{}', { 'x-movoice-signature': '00' }, 'secret'),
  },
}

/** Every other class of error that core exports. One that has no way here is reported by name. */
export async function kitErrors(): Promise<Failure[]> {
  const told = new Set((await statusErrors()).map(({ error }) => error.name))
  const classes = Object.entries(core).flatMap(([name, value]) =>
    typeof value === 'function' && value.prototype instanceof core.MovoiceError ? [name] : [],
  )
  return Promise.all(
    classes
      .filter((name) => !told.has(name))
      .map(async (name) => {
        const way = ways[name]
        if (way === undefined) throw new Error(`${name} is new: say in failures.ts how it comes about.`)
        const error = await thrownBy(way.fail)
        if (error.name !== name) throw new Error(`${name} was to come about, and ${error.name} did.`)
        return { error, says: way.says }
      }),
  )
}
