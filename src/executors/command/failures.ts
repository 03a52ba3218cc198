import type { ErrorCode } from '../../model/errors.ts';
import { ExecutorError, type ExecutorErrorKind } from '../executor.ts';
import type { Ended, Run } from './run-application.ts';

/** An application that ends so says that it may go better next time (EX_TEMPFAIL). */
const TRY_AGAIN = 75;

/** `create (./app/start)` */
export function nameOf({ spec, operation }: Pick<Run, 'spec' | 'operation'>): string {
  return `${operation} (${spec[operation]?.[0] ?? ''})`;
}

/** Throws unless the application ended by itself with one of these exit codes. */
export function demandExit(run: Run, ended: Ended, codes: readonly number[]): number {
  const { exitCode, signal, cancelled, killed, outputExceeded } = ended.result;
  const name = nameOf(run);
  if (outputExceeded) throw tooMuch(run, ended);
  if (exitCode !== null && codes.includes(exitCode)) return exitCode;
  if (killed) {
    const message = `${name} was killed: nobody can tell how far it came.`;
    throw failure(ended, { kind: 'undeterminable', code: 'COMMAND_FAILED', message });
  }
  if (cancelled) {
    const message = `${name} was asked to end and did so.`;
    throw failure(ended, { kind: 'cancelled', code: 'INTERRUPTED', message });
  }
  const how = exitCode === null ? `was ended by ${signal}` : `ended with exit code ${exitCode}`;
  const retryable = exitCode === TRY_AGAIN;
  throw failure(ended, { code: 'COMMAND_FAILED', message: `${name} ${how}.`, retryable });
}

export function tooMuch(run: Run, ended: Ended): ExecutorError {
  const { outputBytesMax, logBytesMax } = run.settings;
  const message =
    `${nameOf(run)} wrote more than it may: ${outputBytesMax} bytes of outputs and ` +
    `${logBytesMax} bytes of messages.`;
  const kind = ended.result.killed ? 'undeterminable' : 'failed';
  return failure(ended, { kind, code: 'LIMIT_EXCEEDED', message });
}

function failure(
  { lastLines }: Ended,
  facts: { kind?: ExecutorErrorKind; code: ErrorCode; message: string; retryable?: boolean },
): ExecutorError {
  const { kind = 'failed', code, message, retryable = false } = facts;
  const detail = lastLines === '' ? null : lastLines;
  return new ExecutorError({ kind, failure: { code, message, detail, address: null }, retryable });
}
