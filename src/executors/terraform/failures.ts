import { isBiotopeError } from '../../model/errors.ts';
import type { Failure } from '../../model/run.ts';
import { ExecutorError, type ExecutorErrorKind, type Left } from '../executor.ts';
import { type Finished, mayHoldState } from './run-terraform.ts';
import type { Session } from './session.ts';
import { type Diagnostic, shortAddress } from './stream.ts';
import { originOf } from './work-folder.ts';

const DETAIL_CHARACTERS_MAX = 8_000;
const MESSAGE_CHARACTERS_MAX = 500;

/** Worth another attempt: the other side was busy, slow or away. */
const PASSING = [
  /\b(?:429|500|502|503|504)\b/,
  /too many requests|rate ?(?:limit|exceeded)|throttl|slow ?down/i,
  /internal server error|bad gateway|service unavailable|gateway time-?out/i,
  /time(?:d )?-?out|deadline exceeded|context canceled/i,
  /connection (?:refused|reset|closed)|no such host|broken pipe|unexpected EOF|network is unreachable/i,
  /temporary failure|try again|could not connect|failed to query available provider packages/i,
  /execution halted|operation interrupted|error acquiring the state lock/i,
];

/** Mistakes in the configuration stay mistakes, whatever else their text says. */
const LASTING =
  /^(?:unsupported|invalid|missing|unknown|reference to|duplicate|output refers|no value for)/i;

export function isPassing(text: string, summary = ''): boolean {
  return !LASTING.test(summary) && PASSING.some((pattern) => pattern.test(text));
}

/** Whether the process can have done something that its state does not tell. */
export function isUndeterminable({ process }: Finished): boolean {
  // Killed, crashed, or ended in a panic (11): it had no time to write down what it was doing.
  return process.signal !== null || process.exitCode === 11;
}

export interface Ending {
  /** What was being done: `apply`, `destroy`. */
  what: string;
  folders: readonly string[];
  left: Left | null;
}

/** The error that an unsuccessful Terraform stands for. */
export function failureOf(session: Session, finished: Finished, ending: Ending): ExecutorError {
  const { process } = finished;
  if (process.pid === null) return cancelled(session, ending.left);
  const isTimeUp = process.timedOut || (process.cancelled && isTimeout(session));
  if (isUndeterminable(finished)) return undeterminable(session, finished, ending);
  if (isTimeUp) {
    const message = `Terraform did not end in time (${ending.what}). It stopped cleanly; its state is kept.`;
    return error(session, 'failed', { code: 'STEP_TIMEOUT', message, ending });
  }
  if (process.cancelled) return cancelled(session, ending.left);
  if (process.outputExceeded) {
    const message = `Terraform wrote more output than it may (${session.settings.outputBytesMax} bytes).`;
    return error(session, 'failed', { code: 'LIMIT_EXCEEDED', message, ending });
  }
  return diagnosed(session, finished, ending);
}

export function cancelled(session: Session, left: Left | null): ExecutorError {
  const ending = { what: '', folders: [], left };
  if (isTimeout(session)) {
    const message = 'The time for the step was up before Terraform ended.';
    return error(session, 'failed', { code: 'STEP_TIMEOUT', message, ending });
  }
  const message = 'Terraform was stopped because the step was cancelled.';
  return error(session, 'cancelled', { code: 'RUN_CANCELLED', message, ending });
}

function undeterminable(session: Session, { process }: Finished, ending: Ending): ExecutorError {
  const why =
    process.cancelled || process.timedOut
      ? `did not stop within ${session.settings.graceMs} ms and was killed`
      : `was ended by ${process.signal ?? 'a crash'}`;
  const message =
    `Terraform ${why} (${ending.what}). What it had finished is in its state; ` +
    'whether it was in the middle of something else nobody can tell.';
  return error(session, 'undeterminable', { code: 'TERRAFORM_FAILED', message, ending });
}

function diagnosed(session: Session, finished: Finished, ending: Ending): ExecutorError {
  const { errors, plainText } = finished;
  const texts = errors.map((diagnostic) => describeDiagnostic(diagnostic, ending.folders));
  const detail = texts.length > 0 ? texts.join('\n\n') : plainText;
  const first = errors[0]?.summary ?? firstError(plainText);
  const retryable =
    errors.length > 0
      ? errors.every((one) => isPassing(`${one.summary}\n${one.detail}`, one.summary))
      : isPassing(plainText);
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const message = `Terraform failed (${ending.what}): ${first}${more}`;
  return error(session, 'failed', { code: 'TERRAFORM_FAILED', message, detail, retryable, ending });
}

interface Facts {
  code: Failure['code'];
  message: string;
  detail?: string;
  retryable?: boolean;
  ending: Ending;
}

function error(session: Session, kind: ExecutorErrorKind, facts: Facts): ExecutorError {
  const { redact, context } = session;
  const detail = redact(facts.detail ?? '').slice(0, DETAIL_CHARACTERS_MAX);
  return new ExecutorError({
    kind,
    retryable: facts.retryable ?? false,
    left: facts.ending.left,
    failure: {
      code: facts.code,
      message: redact(facts.message).slice(0, MESSAGE_CHARACTERS_MAX),
      detail: detail === '' ? null : detail,
      address: context.address,
    },
  });
}

/** Summary, place in the author's own file, detail. */
function describeDiagnostic(diagnostic: Diagnostic, folders: readonly string[]): string {
  const { summary, detail, address, range, snippet } = diagnostic;
  const file = range === undefined ? null : originOf(folders, range.filename);
  const place = [
    ...(file === null || range === undefined ? [] : [`${file}:${range.start.line}`]),
    ...(snippet?.context ? [snippet.context] : []),
    ...(address === undefined ? [] : [shortAddress(address)]),
  ];
  const lines = [`Error: ${summary}`, ...(place.length > 0 ? [`  ${place.join(', ')}`] : [])];
  if (detail !== '' && !mayHoldState(detail)) lines.push(`  ${detail.replaceAll('\n', '\n  ')}`);
  return lines.join('\n');
}

function firstError(plainText: string): string {
  return /Error: (?<summary>.+)/.exec(plainText)?.groups?.summary ?? 'it did not say why';
}

function isTimeout({ context }: Session): boolean {
  const { reason } = context.signal;
  if (isBiotopeError(reason, 'STEP_TIMEOUT')) return true;
  return reason instanceof Error && reason.name === 'TimeoutError';
}
