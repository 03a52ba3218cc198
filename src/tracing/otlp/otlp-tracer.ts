import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { FinishedSpan, Tracer } from '../tracer.ts';

/** With its repetitions: an end of the server waits no longer for a collector that is away. */
const EXPORT_MS_MAX = 2_000;

const KINDS = { server: SpanKind.SERVER, internal: SpanKind.INTERNAL };

/** `url`: of traces themselves, `http://collector:4318/v1/traces`. */
export function createOtlpTracer({ url, version }: { url: string; version: string }): Tracer {
  // Spans are told when they are over, under the ids that others know them by already.
  const next = { traceId: '', spanId: '' };
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'biotope', 'service.version': version }),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, timeoutMillis: EXPORT_MS_MAX }),
      }),
    ],
  });
  const tracer = provider.getTracer('biotope', version);
  return {
    tell: ({ name, kind, context, parentSpanId, startMs, endMs, attributes, failure }) => {
      Object.assign(next, context);
      const span = tracer.startSpan(
        name,
        { kind: KINDS[kind], startTime: startMs, attributes: { ...attributes } },
        parentOf(context.traceId, parentSpanId),
      );
      if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      span.end(endMs);
    },
    close: () => provider.shutdown(),
  };
}

function parentOf(traceId: string, spanId: FinishedSpan['parentSpanId']) {
  if (spanId === undefined) return ROOT_CONTEXT;
  const above = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, above);
}
