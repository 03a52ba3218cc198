import type { Config } from '../../config/schema.ts';
import { traceRuns } from '../../observing/run-traces.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Store } from '../../store/store.ts';
import type { Tracer } from '../../tracing/tracer.ts';

/**
 * Where spans go: `traces.otlpUrl`, or what OpenTelemetry's own variable says. Undefined where neither
 * does: then nothing of it is even loaded.
 */
export async function openTracer(
  { traces: { otlpUrl } }: Pick<Config, 'traces'>,
  version: string,
): Promise<Tracer | undefined> {
  const url = otlpUrl ?? standardUrl(process.env.OTEL_EXPORTER_OTLP_ENDPOINT);
  if (url === undefined) return undefined;
  const { createOtlpTracer } = await import('../../tracing/otlp/otlp-tracer.ts');
  return createOtlpTracer({ url, version });
}

function standardUrl(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined;
  return `${endpoint.replace(/\/+$/, '')}/v1/traces`;
}

/** Tells spans of what is committed, until it is ended; then it brings those that are left. */
export function beginTracing(
  tracer: Tracer,
  { store, log }: { store: Store; log: Logger },
): () => Promise<void> {
  const forget = store.watch(traceRuns(tracer, store));
  return async () => {
    forget();
    await tracer
      .close()
      .catch((err: unknown) => log.warn({ err }, 'the last spans could not be sent'));
  };
}
