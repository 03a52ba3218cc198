import type { Failure } from '../model/run.ts';
import type { Redactor } from '../platform/redactor.ts';

const MESSAGE_CHARACTERS_MAX = 2_000;
const DETAIL_CHARACTERS_MAX = 16_000;

/** A failure as it may be recorded: without secrets, bounded, with its place. */
export function presentable(failure: Failure, redactor: Redactor, address: string): Failure {
  const { code, message, detail, system } = failure;
  return {
    code,
    message: cut(redactor.redact(message), MESSAGE_CHARACTERS_MAX),
    detail: detail === null ? null : cut(redactor.redact(detail), DETAIL_CHARACTERS_MAX),
    address: failure.address ?? address,
    ...(system === undefined ? {} : { system }),
  };
}

/** The end is kept: that is where a program says what went wrong. */
function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `… ${text.slice(-charactersMax)}`;
}

export function timeoutFailure(label: string, timeoutMs: number, detail: string | null): Failure {
  const message =
    `${label} took longer than its ${timeoutMs / 1_000} seconds and was stopped. ` +
    'Give it more time with timeoutSeconds, or find out what it waits for.';
  return { code: 'STEP_TIMEOUT', message, detail, address: null };
}
