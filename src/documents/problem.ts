import { type BiotopeError, ERRORS, type ErrorCode } from '../model/errors.ts';

/** An error over HTTP: RFC 9457, with our own members behind its five. */
export interface ProblemDocument {
  /** Stable: `<base>/api/v1/problems/CODE`, where the problem is explained. */
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The request that it is about, as logs name it. */
  instance: string;
  code: ErrorCode;
  /** More lines: diagnostics, a list of what is wrong. */
  lines: string[];
  facts: Record<string, unknown>;
  retryable: boolean;
}

export function problemType(code: ErrorCode): string {
  return `/api/v1/problems/${code}`;
}

/** Their messages name files, hosts or records: those are for whoever runs the server. */
const TOLD_IN_THE_LOG: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INTERNAL',
  'STORE_UNAVAILABLE',
  'STORE_LOST',
  'STORE_TOO_NEW',
  'RECORD_DAMAGED',
  'SECRET_UNREADABLE',
]);

/** The answer says only what kind of thing happened. */
export function isForTheLog(code: ErrorCode): boolean {
  return TOLD_IN_THE_LOG.has(code);
}

/** Nothing of what is internal is told: that is in the log, under the same request id. */
export function problemDocument(error: BiotopeError, requestId: string): ProblemDocument {
  const { code } = error;
  const { summary, httpStatus, retryable } = ERRORS[code];
  const isTold = !isForTheLog(code);
  return {
    type: problemType(code),
    title: summary,
    status: httpStatus,
    detail: isTold
      ? error.message
      : `${summary} The log of the server has more under this request.`,
    instance: `urn:request:${requestId}`,
    code,
    lines: isTold ? (error.detail?.split('\n') ?? []) : [],
    facts: isTold ? error.facts : {},
    retryable,
  };
}
