import { createHash } from 'node:crypto'
import type { Attributes, Span } from '@opentelemetry/api'
import type { Job } from '../store/claims.ts'
import type { Observer } from './observer.ts'

export interface Tracing extends Observer {
  /** Begins the span of an attempt, and tells its endpoint which one that is: W3C's `traceparent`. */
  headersOf(job: Job, at: number): Readonly<Record<string, string>>
  /** Sends what is left. */
  close(): Promise<void>
}

type Environment = Readonly<Record<string, string | undefined>>

/** Whether the environment asks for traces, in the names OpenTelemetry gives. */
export function wantsTraces(env: Environment): boolean {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return false
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT
  return endpoint !== undefined && endpoint.trim() !== ''
}

/**
 * Traces by OTLP over HTTP. An event's webhook and all attempts to deliver it are one trace, however many days and
 * processes lie between them: its id is made from the event's.
 *
 * Nothing of OpenTelemetry is loaded before this is called.
 */
export async function startTracing(): Promise<Tracing> {
  const [api, sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  const resource = resources
    .resourceFromAttributes({ 'service.name': 'movoice-hooks' })
    .merge(resources.detectResources({ detectors: [resources.envDetector] }))
  const provider = new sdk.TracerProvider({
    resource,
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  })
  const tracer = provider.getTracer('@movoice-kit/hooks')
  const ofEvent = (eventId: string | undefined) =>
    eventId === undefined
      ? api.ROOT_CONTEXT
      : api.trace.setSpanContext(api.ROOT_CONTEXT, {
          ...traceOf(eventId),
          traceFlags: api.TraceFlags.SAMPLED,
          isRemote: true,
        })
  const begin = (name: string, kind: number, startedAt: number, eventId?: string) =>
    tracer.startSpan(name, { kind, startTime: startedAt }, ofEvent(eventId))
  const end = (span: Span, endedAt: number, attributes: Attributes, failed: string | undefined) => {
    span.setAttributes(attributes)
    if (failed !== undefined) span.setStatus({ code: api.SpanStatusCode.ERROR, message: failed })
    span.end(endedAt)
  }
  const attempts = new WeakMap<Job, Span>()
  const beginAttempt = (job: Job, at: number) =>
    begin('deliver', api.SpanKind.CLIENT, at, (JSON.parse(job.body) as { id?: string }).id)
  return {
    headersOf: (job, at) => {
      const span = beginAttempt(job, at)
      attempts.set(job, span)
      const { traceId, spanId, traceFlags } = span.spanContext()
      return { traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}` }
    },
    webhook: ({ account, result, event, startedAt, endedAt }) =>
      end(
        begin('POST /movoice', api.SpanKind.SERVER, startedAt, event?.id),
        endedAt,
        {
          'movoice.account': account,
          'movoice.event.id': event?.id,
          'movoice.event.type': event?.type,
          'movoice.result': result,
        },
        result === 'refused' || result === 'failed' ? result : undefined,
      ),
    attempt: ({ job, verdict, status, url, startedAt, endedAt }) =>
      end(
        attempts.get(job) ?? beginAttempt(job, startedAt),
        endedAt,
        {
          'http.request.method': 'POST',
          'http.response.status_code': status ?? undefined,
          'http.request.resend_count': job.attempts,
          'server.address': new URL(url).hostname,
          'movoice.delivery.id': job.id,
          'movoice.hook.id': job.subscription_id,
        },
        verdict.kind === 'failed' || verdict.kind === 'later' ? verdict.error : undefined,
      ),
    request: ({ account, operation, status, startedAt, endedAt }) =>
      end(
        begin(operation, api.SpanKind.CLIENT, startedAt),
        endedAt,
        { 'movoice.account': account, 'http.response.status_code': status },
        status === undefined ? 'no answer' : status >= 400 ? `answered ${status}` : undefined,
      ),
    enrich: ({ account, event, missing, failed, startedAt, endedAt }) =>
      end(
        begin('enrich', api.SpanKind.INTERNAL, startedAt, event.id),
        endedAt,
        {
          'movoice.account': account,
          'movoice.event.id': event.id,
          'movoice.event.type': event.type,
          'movoice.missing': missing.length === 0 ? undefined : [...missing],
        },
        failed,
      ),
    sweep: ({ account, found, lists, startedAt, endedAt }) =>
      end(
        begin('sweep', api.SpanKind.INTERNAL, startedAt),
        endedAt,
        { 'movoice.account': account, 'movoice.found': found, 'movoice.lists': lists },
        undefined,
      ),
    close: () => provider.shutdown(),
  }
}

/** The trace that all spans of an event belong to, and the span they are children of. */
export function traceOf(eventId: string): { readonly traceId: string; readonly spanId: string } {
  const digest = createHash('sha256').update(`movoice-hooks:${eventId}`).digest('hex')
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) }
}
