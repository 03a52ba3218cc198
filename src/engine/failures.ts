import { ERRORS, isBiotopeError } from '../model/errors.ts';
import type { Failure } from '../model/run.ts';
import { messageOf } from '../model/thrown.ts';

/** It passes by itself: what is away, or was changed meanwhile, ends no run. */
export function passes({ code }: Failure): boolean {
  return ERRORS[code].retryable;
}

/** An error as a run or step records it. What is not an error of ours tells its message only. */
export function failureOf(error: unknown, address: string | null = null): Failure {
  const message = messageOf(error);
  if (!isBiotopeError(error)) return { code: 'INTERNAL', message, detail: null, address };
  return { code: error.code, message, detail: error.detail ?? null, address };
}
