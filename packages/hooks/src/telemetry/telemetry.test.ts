import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '@movoice-kit/core'
import { until } from '@movoice-kit/core/testing'
import { createSandbox } from '@movoice-kit/sandbox'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Readiness } from '../http/readiness.ts'
import { openDatabase } from '../store/open.ts'
import { completed, Stage } from '../testing/start.ts'
import { pinoLog } from './pino-log.ts'
import { startTracing, traceOf, wantsTraces } from './tracing.ts'

const stage = new Stage()
afterEach(async () => {
  vi.unstubAllEnvs()
  await stage.end()
})

interface CollectedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly status: object
  readonly attributes: readonly object[]
}

/** A metric's value in Prometheus' text: its name with labels as they are written there. */
function metricOf(text: string, metric: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${metric} `))
  return line === undefined ? undefined : Number(line.slice(metric.length + 1))
}

describe('metrics', () => {
  test('tell of webhooks, attempts, latency, what waits and what the API was asked', async () => {
    const sandbox = await createSandbox({ speed: 0 })
    stage.defer(() => sandbox.close())
    const receiver = await stage.receiver()
    let refuse = true
    receiver.answer = (_received, response) => response.writeHead(refuse ? 500 : 200).end()
    const running = await stage.hooks({ apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl, completionMs: 0 })
    await running.client.subscribe({ target_url: receiver.url, event: '*' })
    await running.webhook(completed('call_1'))
    await running.webhook(completed('call_1'))
    await running.webhook(completed('call_2'), { secret: 'wrong' })
    await until(async () => (await running.client.deliveries()).deliveries[0]?.attempts === 1)
    const scrape = async () => (await running.request('/metrics')).text()
    // An alert on a rise must see the first time as well.
    const failed = 'movoice_hooks_webhooks_total{account="default",result="failed"}'
    expect(metricOf(await scrape(), failed)).toBe(0)
    const first = await scrape()
    expect(metricOf(first, 'movoice_hooks_webhooks_total{account="default",result="new"}')).toBe(1)
    expect(metricOf(first, 'movoice_hooks_webhooks_total{account="default",result="repeat"}')).toBe(1)
    expect(metricOf(first, 'movoice_hooks_webhooks_total{account="default",result="refused"}')).toBe(1)
    expect(metricOf(first, 'movoice_hooks_attempts_total{result="failed"}')).toBe(1)
    expect(metricOf(first, 'movoice_hooks_deliveries{status="pending"}')).toBe(1)
    expect(metricOf(first, 'movoice_hooks_database_up')).toBe(1)
    expect(
      metricOf(
        first,
        'movoice_hooks_api_requests_total{account="default",operation="calls.get",status="404"}',
      ),
    ).toBe(1)
    expect(metricOf(first, 'movoice_hooks_api_requests_per_call')).toBe(1)
    refuse = false
    await running.client.retry((await running.client.deliveries()).deliveries[0]?.id ?? '')
    await until(
      async () => (await running.client.deliveries({ status: 'delivered' })).deliveries.length === 1,
    )
    const second = await scrape()
    expect(metricOf(second, 'movoice_hooks_attempts_total{result="delivered"}')).toBe(1)
    expect(metricOf(second, 'movoice_hooks_delivery_latency_seconds_count')).toBe(1)
    expect(metricOf(second, 'movoice_hooks_attempt_seconds_count{result="failed"}')).toBe(1)
    expect(metricOf(second, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
    expect((await fetch(`${running.hooks.url}/metrics`)).status).toBe(401)
  })
})

describe('the log', () => {
  test('lets no secret and no whole number out, whatever field it is in', () => {
    const lines: string[] = []
    const log = pinoLog({ level: 'debug', write: (line) => lines.push(line), secrets: ['a"secret\\word'] })
    log.info({ token: 'a"secret\\word', phone: '+919876543210' }, 'to +1 (202) 555-0101')
    log.error(
      { err: Object.assign(new Error('row +447700900123'), { detail: 'Asha', code: '23505' }) },
      'whsec_c2VjcmV0c2VjcmV0 Bearer abc.def sk_live_123456789',
    )
    const text = lines.join('')
    expect(text).not.toMatch(/secret\\|9876543210|555-0101|7700900123|c2VjcmV0|abc\.def|123456789|Asha/)
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(['info', 'error'])
    expect(JSON.parse(lines[1] ?? '').err).toMatchObject({ type: 'Error', code: '23505' })
  })

  test('of a running server tells of what failed, with ids only', async () => {
    const lines: string[] = []
    const log = pinoLog({ level: 'debug', write: (line) => lines.push(line), secrets: [] })
    const receiver = await stage.receiver()
    receiver.answer = (_received, response) => response.writeHead(500).end('no +12025550101 here')
    const running = await stage.hooks({ log })
    await running.client.subscribe({ target_url: receiver.url, event: '*' })
    await running.webhook(completed('call_1', { recipient_phone: '+12025550101' }))
    await until(() => lines.some((line) => line.includes('a delivery was not taken')))
    const text = lines.join('')
    expect(text).not.toContain('+12025550101')
    expect(text).not.toContain(running.hooks.token)
    const failed = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'a delivery was not taken')
    expect(failed).toMatchObject({ level: 'warn', attempt: 1, status: 500, error: 'answered 500' })
  })
})

describe('traces', () => {
  test('are asked for by OpenTelemetry’s own variables', () => {
    expect(wantsTraces({})).toBe(false)
    expect(wantsTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' })).toBe(true)
    expect(wantsTraces({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' })).toBe(true)
    expect(wantsTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' })).toBe(false)
    expect(wantsTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_TRACES_EXPORTER: 'none' })).toBe(false)
  })

  /** A collector of traces on this machine: what it was sent, once the server is closed. */
  async function collect() {
    const bodies: string[] = []
    const collector = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        bodies.push(body)
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      })
    })
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    stage.defer(() => collector.close())
    const { port } = collector.address() as AddressInfo
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${port}`)
    vi.stubEnv('OTEL_SERVICE_NAME', 'hooks-of-the-clinic')
    const tracing = await startTracing()
    return {
      tracing,
      text: () => bodies.join(''),
      spans: () =>
        bodies.flatMap((body) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans as CollectedSpan[]),
    }
  }

  test('of an event hold its webhook and every attempt, and reach a collector', async () => {
    const { tracing, spans, text } = await collect()
    const receiver = await stage.receiver()
    let answers = 0
    receiver.answer = (_received, response) => {
      answers += 1
      response.writeHead(answers === 1 ? 500 : 200).end()
    }
    const running = await stage.hooks({ tracing })
    await running.client.subscribe({ target_url: receiver.url, event: '*' })
    await running.webhook(completed('call_1'))
    await until(async () => (await running.client.deliveries()).deliveries[0]?.attempts === 1)
    await running.client.retry((await running.client.deliveries()).deliveries[0]?.id ?? '')
    await until(
      async () => (await running.client.deliveries({ status: 'delivered' })).deliveries.length === 1,
    )
    await running.hooks.close()
    const { traceId } = traceOf('call_1:call.completed')
    expect(spans().map(({ name }) => name)).toEqual(['POST /movoice', 'deliver', 'deliver'])
    expect(new Set(spans().map((span) => span.traceId))).toEqual(new Set([traceId]))
    expect(spans()[1]?.status).toMatchObject({ code: 2, message: 'answered 500' })
    expect(text()).toContain('hooks-of-the-clinic')
    // A subscriber that traces goes on from the very attempt that reached it.
    const attempts = spans().filter(({ name }) => name === 'deliver')
    expect(receiver.received.map(({ headers }) => headers.traceparent)).toEqual(
      attempts.map(({ spanId }) => `00-${traceId}-${spanId}-01`),
    )
    expect(new Set(attempts.map(({ spanId }) => spanId)).size).toBe(2)
  })

  test('hold what the API was asked for an event, and every sweep', async () => {
    const { tracing, spans } = await collect()
    const sandbox = await createSandbox({ speed: 0 })
    stage.defer(() => sandbox.close())
    const receiver = await stage.receiver()
    const running = await stage.hooks({
      tracing,
      apiKey: sandbox.apiKey,
      baseUrl: sandbox.baseUrl,
      completionMs: 0,
      sweepIntervalMs: 50,
    })
    await running.client.subscribe({ target_url: receiver.url, event: '*' })
    await running.webhook(completed('call_none'))
    await until(() => receiver.received.length === 1)
    await until(async () =>
      /^movoice_hooks_sweeps_total\{account="default"\} [1-9]/m.test(
        await (await running.request('/metrics')).text(),
      ),
    )
    await running.hooks.close()
    const enriched = spans().find(({ name }) => name === 'enrich')
    expect(enriched?.traceId).toBe(traceOf('call_none:call.completed').traceId)
    expect(enriched?.status).toMatchObject({ code: 2, message: 'not_found' })
    expect(JSON.stringify(enriched?.attributes)).toContain('agent_id')
    const sweep = spans().find(({ name }) => name === 'sweep')
    expect(sweep?.attributes).toContainEqual({ key: 'movoice.lists', value: { intValue: 1 } })
  })

  test('are no business of a subscriber where none are made', async () => {
    const receiver = await stage.receiver()
    const running = await stage.hooks()
    await running.client.subscribe({ target_url: receiver.url, event: '*' })
    await running.webhook(completed('call_1'))
    await until(() => receiver.received.length === 1)
    expect(receiver.received[0]?.headers.traceparent).toBeUndefined()
  })
})

describe('readiness', () => {
  test('ends when the database has no room, while the process lives on', async () => {
    const running = await stage.hooks({ maxBytes: 500_000 })
    expect((await fetch(`${running.hooks.url}/readyz`)).status).toBe(200)
    let status = 202
    for (let call = 0; status === 202 && call < 100; call += 1) {
      status = (await running.webhook(completed(`call_${call}`, { summary: 'x'.repeat(20_000) }))).status
    }
    expect(status).toBe(503)
    let answer: unknown
    await until(async () => {
      const response = await fetch(`${running.hooks.url}/readyz`)
      answer = await response.json()
      return response.status === 503
    })
    expect(answer).toEqual({ status: 'unready', reason: 'The database has no room left.' })
    expect((await fetch(`${running.hooks.url}/livez`)).status).toBe(200)
  })

  test('says so when the database is gone or does not answer, and when the server stops', async () => {
    const database = await openDatabase({ dataDir: stage.folder() })
    let stopping = false
    const make = (db: typeof database, boundMs = 5_000) =>
      new Readiness({ database: db, clock: systemClock, stopping: () => stopping, boundMs })
    expect(await make(database).problem()).toBeUndefined()
    const silent = { ...database, transaction: () => new Promise<never>(() => undefined) }
    expect(await make(silent, 20).problem()).toBe('The database did not answer within 20 ms.')
    // A log that is there already takes a little, however full the disk: what comes next may be larger.
    const full = { ...database, free: async () => 1_000_000 }
    expect(await make(full).problem()).toBe('The database has no room left.')
    expect(await database.free?.()).toBeGreaterThan(1_000_000)
    await database.close()
    expect(await make(database).problem()).toBe('The database cannot be written to.')
    stopping = true
    expect(await make(database).problem()).toBe('The server is stopping.')
  })
})
