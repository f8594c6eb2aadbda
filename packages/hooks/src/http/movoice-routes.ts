import { type Clock, isMovoiceError } from '@movoice-kit/core/engine'
import { parseWebhook, toCallEvent, verifyWebhook } from '@movoice-kit/core/events'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Account, DEFAULT_ACCOUNT } from '../accounts/account.ts'
import { assertFit } from '../ingest/fitness.ts'
import type { Intake } from '../ingest/intake.ts'
import type { Log } from '../telemetry/log.ts'
import type { WebhookSeen } from '../telemetry/observer.ts'
import type { Guard } from './auth.ts'
import { HttpProblem, notFound } from './problems.ts'
import type { RateLimits } from './rate-limits.ts'

export interface MovoiceRoutesOptions {
  readonly accounts: ReadonlyMap<string, Account>
  readonly guard: Guard
  readonly limits: RateLimits
  readonly intake: Intake
  readonly clock: Clock
  readonly log: Log
  /** How long to wait for what the API may tell of an event, in milliseconds. */
  readonly completionMs: number
  readonly onWebhook?: ((seen: WebhookSeen) => void) | undefined
}

/** How long a single webhook may wait for its commit before Movoice is told to come again. */
const ANSWER_MS = 900
const RETRY_AFTER_S = '30'

/** `POST /movoice` and `/movoice/:account`: Movoice's own webhooks. */
export function movoiceRoutes(app: FastifyInstance, options: MovoiceRoutesOptions): void {
  // Signatures cover bytes: nothing may parse them before they are checked.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const handle = (name: string, request: FastifyRequest, reply: FastifyReply) =>
    receive(options, name, request, reply)
  app.post('/movoice', (request, reply) => handle(DEFAULT_ACCOUNT, request, reply))
  app.post<{ Params: { account: string } }>('/movoice/:account', (request, reply) =>
    handle(request.params.account, request, reply),
  )
}

async function receive(
  { accounts, guard, limits, intake, clock, log, completionMs, onWebhook }: MovoiceRoutesOptions,
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const account = accounts.get(name)
  if (account === undefined) throw notFound('account', name)
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  const receivedAt = clock.now()
  const seen = (result: WebhookSeen['result'], event?: WebhookSeen['event']) =>
    onWebhook?.({ account: name, result, event, startedAt: receivedAt, endedAt: clock.now() })
  let event: ReturnType<typeof toCallEvent>
  try {
    // A relay of one's own that checked the signature may hand an event in by its token.
    if (!(await guard.allows(request, 'ingest'))) verifyWebhook(body, request.headers, account.webhookSecrets)
    const webhook = parseWebhook(body)
    assertFit(webhook)
    event = toCallEvent(webhook, undefined, { receivedAt })
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    seen('refused')
    // Past the limit there is no reason to tell, and none to write down.
    await limits.count('refused', request)
    const status = error.name === 'SignatureError' ? 401 : 400
    log.warn({ account: name, code: error.code }, 'a webhook was refused')
    throw new HttpProblem(status, error.code, `${error.message} ${error.hint}`.trim())
  }
  // Only what is really Movoice's is counted: nobody else can use up what it may send.
  await limits.count('ingest', request, name)
  const waits = account.asks && event.call_id !== null
  const waitUntil = waits ? receivedAt + completionMs : undefined
  const stored = intake.take({ account: name, event, receivedAt, source: 'webhook', waitUntil })
  const taken = await bounded(stored, ANSWER_MS).catch((error: unknown) => {
    log.error({ err: error, account: name }, 'a webhook could not be stored')
    return undefined
  })
  if (taken === undefined) {
    seen('failed', event)
    throw new HttpProblem(503, 'unavailable', 'The event could not be stored now. Send it again later.', {
      headers: { 'retry-after': RETRY_AFTER_S },
    })
  }
  seen(taken, event)
  return reply.code(202).send({ received: true, id: event.id, repeat: taken === 'repeat' })
}

/** `undefined` if the work takes too long; it goes on all the same. */
async function bounded<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  try {
    return await Promise.race([work, tooLong])
  } finally {
    clearTimeout(timer)
  }
}
