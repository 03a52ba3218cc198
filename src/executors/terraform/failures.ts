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
  if (process.pid === null) return cancelled(ending.left);
  if (isUndeterminable(finished)) return undeterminable(session, finished, ending);
  if (process.cancelled) return cancelled(ending.left);
  if (process.timedOut) {
    const message = `Terraform did not end in time (${ending.what}). It stopped cleanly; its state is kept.`;
    return failed(session, { code: 'STEP_TIMEOUT', message, ending });
  }
  if (process.outputExceeded) {
    const message = `Terraform wrote more output than it may (${session.settings.outputBytesMax} bytes).`;
    return failed(session, { code: 'LIMIT_EXCEEDED', message, ending });
  }
  return diagnosed(session, finished, ending);
}

/** It stopped when it was asked to; whoever asked knows why. */
export function cancelled(left: Left | null): ExecutorError {
  const message = 'Terraform was asked to stop, and did so cleanly.';
  const failure = { code: 'INTERRUPTED', message, detail: null, address: null } as const;
  return new ExecutorError({ kind: 'cancelled', failure, left });
}

function undeterminable(session: Session, { process }: Finished, ending: Ending): ExecutorError {
  const why =
    process.cancelled || process.timedOut
      ? `did not stop within ${session.settings.graceMs} ms and was killed`
      : `was ended by ${process.signal ?? 'a crash'}`;
  const message =
    `Terraform ${why} (${ending.what}). What it had finished is in its state; ` +
    'whether it was in the middle of something else nobody can tell.';
  return failed(session, { kind: 'undeterminable', code: 'TERRAFORM_FAILED', message, ending });
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
  return failed(session, { code: 'TERRAFORM_FAILED', message, detail, retryable, ending });
}

interface Facts {
  kind?: ExecutorErrorKind;
  code: Failure['code'];
  message: string;
  detail?: string;
  retryable?: boolean;
  ending: Ending;
}

function failed({ redact }: Session, facts: Facts): ExecutorError {
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
