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
