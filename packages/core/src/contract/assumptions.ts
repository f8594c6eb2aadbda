/**
 * What the kit assumes about Movoice where its documentation is silent. Nothing outside this file may
 * decide such a point. Each entry is a default that a user can override: `new Movoice({ assumptions: { … } })`.
 */
export interface Assumptions {
  /** Keys under which a list answer may hold its array, in the order they are tried; a bare array is fine too. */
  readonly listKeys: readonly string[]
  /** Keys that may hold the number of all matching rows. */
  readonly totalKeys: readonly string[]
  /** Keys that may say that a further page exists. */
  readonly hasMoreKeys: readonly string[]
  /** For each field of a call the kit reads: the names it may come under, in the order they are tried. */
  readonly callFieldNames: Readonly<Record<string, readonly string[]>>
  /** As `callFieldNames`, for an agent. */
  readonly agentFieldNames: Readonly<Record<string, readonly string[]>>
  /** As `callFieldNames`, for the answer to a batch. */
  readonly batchFieldNames: Readonly<Record<string, readonly string[]>>
  /** Statuses after which nothing more happens on the line. */
  readonly terminalStatuses: readonly string[]
  /** Header that carries a webhook's signature, in lower case. */
  readonly signatureHeader: string
  /** How the HMAC-SHA256 of the raw body may be written. */
  readonly signatureEncodings: readonly ('hex' | 'base64')[]
  /** Text that may stand before the signature. */
  readonly signaturePrefixes: readonly string[]
  /** Operations that count against a plan's calls per minute. */
  readonly pacedOperations: readonly string[]
  /** How far a call's `created_at` may lie before the moment it was asked for, in seconds, once clocks are compared. */
  readonly clockSlackSeconds: number
  /** How long after a call a second request for it may be refused as a duplicate (409), in seconds. */
  readonly conflictWindowSeconds: number
  /** Keys under which a call of a batch may name its batch. */
  readonly batchOfCallKeys: readonly string[]
  /** Headers in which an answer may carry an id to quote to support. */
  readonly requestIdHeaders: readonly string[]
}

/** What is assumed unless `new Movoice({ assumptions })` says otherwise. */
export const defaultAssumptions: Assumptions = {
  listKeys: ['calls', 'agents', 'data', 'items', 'results'],
  totalKeys: ['total'],
  hasMoreKeys: ['has_more'],
  callFieldNames: {
    call_id: ['call_id', 'id'],
    status: ['status'],
    agent_id: ['agent_id'],
    recipient_phone: ['recipient_phone'],
    created_at: ['created_at'],
    duration: ['duration'],
    transcript: ['transcript'],
    summary: ['summary'],
    sentiment: ['sentiment'],
    outcome: ['outcome'],
    recording_url: ['recording_url'],
    transcript_url: ['transcript_url'],
    reason: ['reason'],
    direction: ['direction'],
    ended_at: ['ended_at'],
  },
  agentFieldNames: { agent_id: ['agent_id', 'id'], name: ['name'], status: ['status'] },
  batchFieldNames: { batch_id: ['batch_id', 'id'], status: ['status'] },
  terminalStatuses: ['completed', 'failed'],
  signatureHeader: 'x-movoice-signature',
  signatureEncodings: ['hex', 'base64'],
  signaturePrefixes: ['sha256='],
  pacedOperations: ['calls.create', 'calls.createBatch'],
  clockSlackSeconds: 2,
  conflictWindowSeconds: 3600,
  batchOfCallKeys: ['batch_id'],
  requestIdHeaders: ['x-request-id', 'request-id'],
}

/** One line an assumption for people: the README's "What we assume about Movoice" is checked against it. */
export const assumptionNotes: readonly { readonly key: keyof Assumptions | null; readonly says: string }[] = [
  {
    key: 'listKeys',
    says: 'A list is a bare array, or an object holding it under `calls`, `agents`, `data`, `items` or `results`; its order is unknown.',
  },
  { key: 'totalKeys', says: 'A list may carry the number of all rows as `total`.' },
  { key: 'hasMoreKeys', says: 'A list may say that a further page exists as `has_more`.' },
  {
    key: 'callFieldNames',
    says: 'A call is read by the names `duration` (seconds), `transcript` (text or a list of turns), `summary`, `sentiment`, `outcome`, `recording_url`, `reason`.',
  },
  { key: 'agentFieldNames', says: 'An agent has `agent_id` (or `id`), and may have `name` and `status`.' },
  {
    key: 'batchFieldNames',
    says: 'The answer to a batch has `batch_id` and `status`; all else in it is kept.',
  },
  {
    key: 'terminalStatuses',
    says: 'A call is over when its status is `completed` or `failed`; a status we do not know means it is not.',
  },
  { key: 'signatureHeader', says: 'Every webhook carries its signature in `X-Movoice-Signature`.' },
  {
    key: 'signatureEncodings',
    says: 'The signature is the HMAC-SHA256 of the raw body under the webhook secret, in hex or base64.',
  },
  { key: 'signaturePrefixes', says: 'The signature may be preceded by `sha256=`.' },
  {
    key: 'pacedOperations',
    says: '"Calls per minute" counts `POST /call` and `POST /calls/batch`; 429 and `Retry-After` are obeyed everywhere.',
  },
  {
    key: 'clockSlackSeconds',
    says: 'The `Date` header of an answer and `created_at` of a call come from clocks at most 2 s apart.',
  },
  {
    key: 'conflictWindowSeconds',
    says: 'A 409 is about a call to the same number by the same agent within the last hour.',
  },
  { key: 'batchOfCallKeys', says: 'A call that belongs to a batch may name it as `batch_id`.' },
  { key: 'requestIdHeaders', says: 'An answer may carry an id for support in `X-Request-Id`.' },
  {
    key: null,
    says: 'There is no idempotency key: a repeated `POST /call` can ring a person twice, so it is never repeated.',
  },
  {
    key: null,
    says: 'A webhook has no event id: events are told apart by call, type and, where one can happen often, content.',
  },
]

/**
 * The defaults with a user's changes on top. Maps of field names are merged name by name.
 *
 * @example
 * withAssumptions({ terminalStatuses: ['completed', 'failed', 'cancelled'] }).signatureHeader // 'x-movoice-signature'
 */
export function withAssumptions(changes: Partial<Assumptions> | undefined): Assumptions {
  if (changes === undefined) return defaultAssumptions
  return {
    ...defaultAssumptions,
    ...changes,
    callFieldNames: { ...defaultAssumptions.callFieldNames, ...changes.callFieldNames },
    agentFieldNames: { ...defaultAssumptions.agentFieldNames, ...changes.agentFieldNames },
    batchFieldNames: { ...defaultAssumptions.batchFieldNames, ...changes.batchFieldNames },
  }
}
