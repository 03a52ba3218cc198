import type { ErrorCode } from '../../model/errors.ts';
import type { ProcessResult } from '../../platform/process/request.ts';
import { ExecutorError, type ExecutorErrorKind, type Left } from '../executor.ts';
import { describeDiagnostic, isPassing } from './diagnostics.ts';
import { nameOf } from './program/product.ts';
import type { Finished } from './run-terraform.ts';
import type { Workplace } from './session.ts';
import { shortAddress } from './stream.ts';

const DETAIL_CHARACTERS_MAX = 8_000;
const MESSAGE_CHARACTERS_MAX = 500;

export interface Ending {
  /** What was being done. The first two change the world. */
  what: 'apply' | 'destroy' | 'plan' | 'init' | 'state';
  folders: readonly string[];
  left: Left | null;
  /** What it was in the middle of creating when it ended, without a trace in its state. */
  inFlight?: readonly string[];
}

/** The error that an unsuccessful Terraform stands for. */
export function failureOf(session: Workplace, finished: Finished, ending: Ending): ExecutorError {
  const { process } = finished;
  const unclear = whyUnclear(finished, ending.inFlight ?? []);
  if (unclear !== undefined && (ending.what === 'apply' || ending.what === 'destroy')) {
    return undeterminable(session, unclear, ending);
  }
  if (process.cancelled) return cancelled(session, ending.left);
  if (process.timedOut) {
    const message = `${nameOf(session)} did not end in time (${ending.what}).`;
    return failed(session, { code: 'STEP_TIMEOUT', message, ending });
  }
  if (process.outputExceeded) {
    const message = `${nameOf(session)} wrote more output than it may (${session.settings.outputBytesMax} bytes).`;
    return failed(session, { code: 'LIMIT_EXCEEDED', message, ending });
  }
  if (process.signal !== null) {
    const message = `${nameOf(session)} was ended by ${process.signal} (${ending.what}).`;
    return failed(session, { code: 'TERRAFORM_FAILED', message, retryable: true, ending });
  }
  return diagnosed(session, finished, ending);
}

/** It stopped when it was asked to; whoever asked knows why. */
export function cancelled(place: Pick<Workplace, 'product'>, left: Left | null): ExecutorError {
  const message = `${nameOf(place)} was asked to stop, and did so cleanly.`;
  const failure = { code: 'INTERRUPTED', message, detail: null, address: null } as const;
  return new ExecutorError({ kind: 'cancelled', failure, left });
}

/** Go's exit code after a panic. */
const PANIC = 11;

/** Why it can have done something that its state does not tell; undefined where it cannot. */
function whyUnclear(
  { process, errors, toldState }: Finished,
  inFlight: readonly string[],
): string | undefined {
  if (process.killed && process.outputExceeded) return 'flooded its output and was killed';
  if (process.killed && (process.cancelled || process.timedOut)) {
    return `did not stop when it was asked to and was killed`;
  }
  if (process.signal !== null && !isEarlyEnd(process)) return `was ended by ${process.signal}`;
  if (process.exitCode === PANIC) return 'crashed';
  const stateIsLost = errors.some(({ summary }) => /^failed to persist state/i.test(summary));
  if (stateIsLost && !toldState) return 'could not save its state';
  return inFlight.length > 0 ? 'did not say how everything ended' : undefined;
}

/** Before anything else Terraform learns to end cleanly; so it had not begun. */
function isEarlyEnd({ signal }: ProcessResult): boolean {
  return signal === 'SIGINT' || signal === 'SIGTERM';
}

function undeterminable(session: Workplace, why: string, ending: Ending): ExecutorError {
  const { inFlight = [] } = ending;
  const middle =
    inFlight.length === 0
      ? 'whether it was in the middle of something else nobody can tell.'
      : `it was in the middle of creating ${inFlight.map(shortAddress).join(', ')}.`;
  const message = `${nameOf(session)} ${why} (${ending.what}). What it had finished is in its state; ${middle}`;
  return failed(session, { kind: 'undeterminable', code: 'TERRAFORM_FAILED', message, ending });
}

function diagnosed(session: Workplace, finished: Finished, ending: Ending): ExecutorError {
  const { errors, plainText } = finished;
  const texts = errors.map((diagnostic) => describeDiagnostic(diagnostic, ending.folders));
  const first = errors[0]?.summary ?? firstError(plainText);
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return failed(session, {
    code: 'TERRAFORM_FAILED',
    message: `${nameOf(session)} failed (${ending.what}): ${first}${more}`,
    detail: texts.length > 0 ? texts.join('\n\n') : plainText,
    retryable: isPassing(errors, plainText),
    ending,
  });
}

interface Facts {
  kind?: ExecutorErrorKind;
  code: ErrorCode;
  message: string;
  detail?: string;
  retryable?: boolean;
  ending: Ending;
}

function failed({ redact }: Workplace, facts: Facts): ExecutorError {
  const detail = redact(facts.detail ?? '').slice(0, DETAIL_CHARACTERS_MAX);
  return new ExecutorError({
    kind: facts.kind ?? 'failed',
    retryable: facts.retryable ?? false,
    left: facts.ending.left,
    failure: {
      code: facts.code,
      message: redact(facts.message).slice(0, MESSAGE_CHARACTERS_MAX),
      detail: detail === '' ? null : detail,
      address: null,
    },
  });
}

function firstError(plainText: string): string {
  return /Error: (?<summary>.+)/.exec(plainText)?.groups?.summary ?? 'it did not say why';
}
