/** Where something stands in a trace (W3C Trace Context): 32 and 16 hexadecimal digits. */
export interface TraceContext {
  traceId: string;
  spanId: string;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
const ZEROS = /^0+$/;

/** Undefined for whatever is no `traceparent`: then a trace of its own begins. */
export function readTraceparent(text: unknown): TraceContext | undefined {
  const [, traceId = '', spanId = ''] = (typeof text === 'string' && TRACEPARENT.exec(text)) || [];
  if (traceId === '' || ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId };
}

export function traceparentOf({ traceId, spanId }: TraceContext): string {
  return `00-${traceId}-${spanId}-01`;
}

/** Ids that follow from a text, so that whoever tells of a thing tells the same trace. `digest`: hexadecimal. */
type Digest = (text: string) => string;

const [TRACE_DIGITS, SPAN_DIGITS] = [32, 16];

/** A run's own span: in the trace that asked for it, or else in one of its own. */
export function traceOfRun(
  { id, traceparent }: { id: string; traceparent?: string | null },
  digest: Digest,
): TraceContext {
  return {
    traceId: readTraceparent(traceparent)?.traceId ?? digest(`trace ${id}`).slice(0, TRACE_DIGITS),
    spanId: digest(`run ${id}`).slice(0, SPAN_DIGITS),
  };
}

/** The span of a step, below its run's. */
export function traceOfStep(
  { traceId }: TraceContext,
  { runId, address }: { runId: string; address: string },
  digest: Digest,
): TraceContext {
  return { traceId, spanId: digest(`step ${runId}/${address}`).slice(0, SPAN_DIGITS) };
}
