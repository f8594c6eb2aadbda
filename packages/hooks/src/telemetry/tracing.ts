import { createHash } from 'node:crypto'
import type { Observer } from './observer.ts'

export interface Tracing extends Observer {
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
  const span = (
    name: string,
    kind: number,
    {
      eventId,
      startedAt,
      endedAt,
      failed,
      attributes,
    }: {
      readonly eventId?: string | undefined
      readonly startedAt: number
      readonly endedAt: number
      readonly failed?: string | undefined
      readonly attributes: Record<string, string | number | undefined>
    },
  ) => {
    const made = tracer.startSpan(name, { kind, startTime: startedAt, attributes }, ofEvent(eventId))
    if (failed !== undefined) made.setStatus({ code: api.SpanStatusCode.ERROR, message: failed })
    made.end(endedAt)
  }
  return {
    webhook: ({ account, result, event, startedAt, endedAt }) =>
      span('POST /movoice', api.SpanKind.SERVER, {
        eventId: event?.id,
        startedAt,
        endedAt,
        failed: result === 'refused' || result === 'failed' ? result : undefined,
        attributes: {
          'movoice.account': account,
          'movoice.event.id': event?.id,
          'movoice.event.type': event?.type,
          'movoice.result': result,
        },
      }),
    attempt: ({ job, verdict, status, url, startedAt, endedAt }) =>
      span('deliver', api.SpanKind.CLIENT, {
        eventId: (JSON.parse(job.body) as { id?: string }).id,
        startedAt,
        endedAt,
        failed: verdict.kind === 'failed' || verdict.kind === 'later' ? verdict.error : undefined,
        attributes: {
          'http.request.method': 'POST',
          'http.response.status_code': status ?? undefined,
          'http.request.resend_count': job.attempts,
          'server.address': new URL(url).hostname,
          'movoice.delivery.id': job.id,
          'movoice.hook.id': job.subscription_id,
        },
      }),
    request: ({ account, operation, status, startedAt, endedAt }) =>
      span(operation, api.SpanKind.CLIENT, {
        startedAt,
        endedAt,
        failed: status === undefined ? 'no answer' : status >= 400 ? `answered ${status}` : undefined,
        attributes: { 'movoice.account': account, 'http.response.status_code': status },
      }),
    close: () => provider.shutdown(),
  }
}

/** The trace that all spans of an event belong to, and the span they are children of. */
export function traceOf(eventId: string): { readonly traceId: string; readonly spanId: string } {
  const digest = createHash('sha256').update(`movoice-hooks:${eventId}`).digest('hex')
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) }
}
