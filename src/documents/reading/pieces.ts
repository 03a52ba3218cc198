import type { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../model/errors.ts';
import type { Failure } from '../../model/run.ts';
import type { failureSchema } from '../schema/common.ts';

/** A code of a newer version is one more failure here. */
export function failureFrom(document: z.output<typeof failureSchema> | null): Failure | null {
  if (document === null) return null;
  const { code, system, ...told } = document;
  const known = Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'STEP_FAILED';
  return { code: known, ...told, ...(system === undefined ? {} : { system }) };
}

export function timeFrom(time: string): number;
export function timeFrom(time: string | null): number | null;
export function timeFrom(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
