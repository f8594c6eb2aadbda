import { operationNames, operations } from '@movoice-kit/core/contract'
import { createSandbox } from '@movoice-kit/sandbox'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lint } from './lint.ts'

interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, unknown>; operationId: string }>>
}

const sandbox = await createSandbox({ speed: 1000, plan: 'enterprise' })
const document = (await (await fetch(new URL('/openapi.json', sandbox.baseUrl))).json()) as Document
afterAll(() => sandbox.close())

// Every schema is reached as document#/…, so that references within the document hold.
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
ajv.addSchema({ ...document, $id: 'document' })
const validators = new Map<string, ValidateFunction>()

function validatorOf(pointer: string): ValidateFunction {
  const known = validators.get(pointer)
  if (known !== undefined) return known
  const made = ajv.compile({ $ref: `document#${pointer}` })
  validators.set(pointer, made)
  return made
}

/** The place of an answer's schema in the document, or `undefined` if the operation has no such answer. */
function schemaOf(path: string, method: string, status: number): string | undefined {
  const response = document.paths[path]?.[method]?.responses[status]
  if (response === undefined) return undefined
  const { $ref } = response as { $ref?: string }
  const place =
    $ref === undefined
      ? `/paths/${path.replaceAll('/', '~1').replace(/[{}]/g, encodeURIComponent)}/${method}/responses/${status}`
      : $ref.slice(1)
  return `${place}/content/application~1json/schema`
}

interface Sent {
  readonly name: (typeof operationNames)[number]
  readonly params: Record<string, string>
  readonly query: Record<string, unknown>
  readonly body: unknown
  readonly key: string
}

async function send({ name, params, query, body, key }: Sent) {
  const { method, path } = operations[name]
  const filled = path.replace(/\{(\w+)\}/g, (_all, field: string) => encodeURIComponent(params[field] ?? ''))
  const search = new URLSearchParams()
  for (const [field, value] of Object.entries(query))
    search.append(field, typeof value === 'object' ? JSON.stringify(value) : String(value))
  const response = await fetch(`${sandbox.baseUrl}${filled}?${search}`, {
    method,
    headers: {
      ...(key !== '' && { authorization: `Bearer ${key}` }),
      ...(method !== 'GET' && { 'content-type': 'application/json' }),
    },
    ...(method !== 'GET' && { body: JSON.stringify(body) ?? '{' }),
  })
  return { path, method: method.toLowerCase(), status: response.status, text: await response.text() }
}

async function expectDocumented(sent: Sent): Promise<number> {
  const { path, method, status, text } = await send(sent)
  const pointer = schemaOf(path, method, status)
  if (pointer === undefined) throw new Error(`${method} ${path} has no documented answer ${status}: ${text}`)
  const validate = validatorOf(pointer)
  if (!validate(JSON.parse(text)))
    throw new Error(`${method} ${path} ${status}: ${ajv.errorsText(validate.errors)}: ${text}`)
  return status
}

test('the document the sandbox serves has nothing a linter would change', async () => {
  expect(await lint(document)).toEqual([])
})

test('the linter would say so', async () => {
  const { paths: _paths, ...without } = document
  expect(await lint(without)).not.toEqual([])
})

const NONE = { params: {}, query: {}, body: undefined, key: sandbox.apiKey }

describe('every answer of a life is the documented one', () => {
  let callId = ''
  beforeAll(async () => {
    const sent = { agent_id: 'agent_clinic', recipient_phone: '+12025550101', variables: { name: 'Asha' } }
    callId = JSON.parse((await send({ ...NONE, name: 'calls.create', body: sent })).text).call_id
  })
  const cases: readonly (readonly [number, Partial<Sent> & Pick<Sent, 'name'>])[] = [
    [200, { name: 'calls.create', body: { agent_id: 'agent_clinic', recipient_phone: '+12025550102' } }],
    [200, { name: 'calls.list' }],
    [200, { name: 'calls.get' }],
    [
      200,
      {
        name: 'calls.createBatch',
        body: { agent_id: 'agent_clinic', recipients: [{ phone: '+12025550107' }] },
      },
    ],
    [200, { name: 'agents.list' }],
    [200, { name: 'agents.get', params: { agent_id: 'agent_clinic' } }],
    [200, { name: 'agents.update', params: { agent_id: 'agent_clinic' }, body: { voice_id: 'a' } }],
    [400, { name: 'calls.create', body: {} }],
    [401, { name: 'calls.list', key: 'sk_live' }],
    [403, { name: 'calls.createBatch', key: 'sk_sandbox_readonly' }],
    [404, { name: 'calls.get', params: { call_id: 'no' } }],
    [409, { name: 'calls.create', body: { agent_id: 'agent_clinic', recipient_phone: '+12025550119' } }],
    [422, { name: 'calls.create', body: { agent_id: 'agent_inactive', recipient_phone: '+12025550101' } }],
    [429, { name: 'calls.create', body: { agent_id: 'agent_clinic', recipient_phone: '+12025550111' } }],
    [500, { name: 'calls.create', body: { agent_id: 'agent_clinic', recipient_phone: '+12025550112' } }],
  ]
  test.each(cases)('%d for %o', async (status, sent) => {
    expect(await expectDocumented({ ...NONE, params: { call_id: callId }, ...sent })).toBe(status)
  })
})

// --- ten thousand requests at random

const junk = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 2, arbitrary: fc.double() },
  fc.boolean(),
  fc.constant(null),
  fc.maxSafeInteger(),
  fc.jsonValue({ maxDepth: 2 }),
)
const or = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: good as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: junk })

const agentId = or(fc.constantFrom('agent_clinic', 'agent_survey', 'agent_inactive', 'agent_none'))
// The scenarios that cut the connection, answer late or with no JSON do so on purpose.
const phone = or(
  fc.oneof(
    fc
      .constantFrom('01', '02', '05', '07', '08', '09', '10', '11', '12', '14', '19')
      .map((nn) => `+120255501${nn}`),
    fc.stringMatching(/^\+[1-9][0-9]{6,14}$/),
  ),
)
const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const variables = or(fc.dictionary(fc.string({ unit: 'binary', maxLength: 10 }), or(scalar), { maxKeys: 4 }))
const time = or(fc.integer({ min: 0, max: 4_000_000_000 }))

/** An object with some of its fields, and now and then one that does not belong. */
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .tuple(
      fc.record(fields, { requiredKeys: [] }),
      fc.option(fc.dictionary(fc.string(), junk, { maxKeys: 1 }), { freq: 9 }),
    )
    .map(([known, strange]) => ({ ...known, ...strange }))

const createCall = record({
  agent_id: agentId,
  recipient_phone: phone,
  variables,
  from_number: phone,
  max_duration: or(fc.integer({ min: 1, max: 10_000 })),
  schedule_at: time,
})
const createBatch = record({
  agent_id: agentId,
  recipients: or(fc.array(record({ phone, variables }), { maxLength: 5 })),
  schedule_at: time,
  concurrency: or(fc.integer({ min: 1, max: 9 })),
})
const bodies: Partial<Record<Sent['name'], fc.Arbitrary<unknown>>> = {
  'calls.create': createCall,
  'calls.createBatch': createBatch,
  'agents.update': record({ prompt: or(fc.string()), voice_id: or(fc.string()) }),
}
const request: fc.Arbitrary<Sent> = fc.record({
  name: fc.constantFrom(...operationNames),
  params: fc.record({
    call_id: fc
      .oneof(fc.constantFrom('call_0h2vu3z', '..', '%'), fc.string({ unit: 'binary', maxLength: 300 }))
      .filter((id) => id !== ''),
    agent_id: fc
      .oneof(fc.constantFrom('agent_reminder', '__proto__'), fc.string({ maxLength: 20 }))
      .filter((id) => id !== ''),
  }),
  query: record({
    limit: or(fc.integer({ min: -1, max: 102 })),
    offset: or(fc.nat(50)),
    status: or(fc.constant('failed')),
    from: time,
    to: time,
  }),
  body: fc.constant(undefined),
  key: fc.constantFrom(
    sandbox.apiKey,
    sandbox.apiKey,
    sandbox.apiKey,
    sandbox.apiKey,
    'sk_sandbox_readonly',
    'sk_no',
  ),
})
const whole = request.chain((sent) => {
  const body = bodies[sent.name]
  return body === undefined ? fc.constant(sent) : or(body).map((made) => ({ ...sent, body: made }))
})

test('ten thousand random requests bring documented answers only, and no failure of the sandbox itself', async () => {
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(whole, { minLength: 50, maxLength: 50 }), async (many) => {
      for (const status of await Promise.all(many.map(expectDocumented)))
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }),
    { numRuns: 200, seed: 20_261_125, endOnFailure: true },
  )
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000)
  expect([...statuses.keys()].sort()).toEqual([200, 400, 401, 403, 404, 409, 422, 500])
  // The only 500 is that of scenario 12, which asks for it.
  const { requests } = (await (await fetch(`${sandbox.controlUrl}/requests`)).json()) as {
    requests: { status: number; body: { recipient_phone?: string } | null }[]
  }
  const failures = requests.filter(({ status }) => status === 500)
  expect(failures.filter(({ body }) => body?.recipient_phone !== '+12025550112')).toEqual([])
}, 120_000)
