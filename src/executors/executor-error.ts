import { type BiotopeError, isBiotopeError } from '../model/errors.ts';
import { messageOf } from '../model/thrown.ts';
import { ExecutorError, type Left, StepStopped } from './executor.ts';

/**
 * What an executor rejects with, whatever happened inside it. `left`: what is there now, complete
 * enough to go on or to destroy; null: the same as before.
 */
export function executorErrorOf(
  error: unknown,
  signal: AbortSignal,
  left: Left | null,
): ExecutorError {
  if (error instanceof ExecutorError) return error;
  const rest = { left, cause: error };
  if (isAbort(error, signal)) {
    const message = 'It was stopped before it was complete.';
    const failure = { code: 'INTERRUPTED', message, detail: null, address: null } as const;
    return new ExecutorError({ ...rest, kind: 'cancelled', failure });
  }
  if (isBiotopeError(error)) {
    const { code, message, detail = null, entry } = error;
    const failure = { code, message, detail, address: null, ...systemIn(error) };
    return new ExecutorError({ ...rest, kind: 'failed', failure, retryable: entry.retryable });
  }
  const message = `The executor failed: ${messageOf(error)}`;
  const failure = { code: 'INTERNAL', message, detail: null, address: null } as const;
  return new ExecutorError({ ...rest, kind: 'failed', failure });
}

/** The system that was away, where that is what happened. */
function systemIn({ facts: { system } }: BiotopeError): { system?: string } {
  return typeof system === 'string' ? { system } : {};
}

/** The abort of the step's signal, or what a library makes of it. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (error instanceof StepStopped) return true;
  return signal.aborted && error instanceof Error && error.name === 'AbortError';
}
