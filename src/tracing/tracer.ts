import type { TraceContext } from '../model/trace.ts';

/** Something that has been done, told once it is over: so a restart in the middle loses nothing. */
export interface FinishedSpan {
  name: string;
  kind: 'server' | 'internal';
  /** Its own place in the trace. */
  context: TraceContext;
  /** The span above it; undefined: it is the first of its trace. */
  parentSpanId: string | undefined;
  startMs: number;
  endMs: number;
  attributes: Readonly<Record<string, string | number>>;
  /** Why it failed; undefined: it did not. */
  failure: string | undefined;
}

/** Takes spans and brings them where traces are kept, soon and without promise. Never throws. */
export interface Tracer {
  tell(span: FinishedSpan): void;
  /** Brings what is left; rejects where that cannot be done. */
  close(): Promise<void>;
}
