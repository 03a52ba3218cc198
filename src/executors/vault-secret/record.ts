import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import type { Prior } from '../executor.ts';

/** A path at which a secret of the resource may be; version 0: it is not known which. */
export interface RecordedSecret {
  path: string;
  version: number;
  /** Fields of others in it: without our marker it is theirs. */
  kept: string[];
}

const RECORD = z.object({
  secrets: z.array(
    z.object({
      path: z.string(),
      version: z.number(),
      kept: z.array(z.string()).default([]),
    }),
  ),
});

/**
 * The record's secrets, and the path of the last attempt, which may have ended before anything was
 * recorded.
 */
export function secretsOf(prior: Prior | null): RecordedSecret[] {
  if (prior === null) return [];
  const read = RECORD.safeParse(prior.record);
  const recorded = read.success ? read.data.secrets : [];
  const { path } = prior.spec;
  return typeof path === 'string' ? withPath(recorded, path) : recorded;
}

export function withPath(recorded: readonly RecordedSecret[], path: string): RecordedSecret[] {
  if (secretAt(recorded, path) !== undefined) return [...recorded];
  return [...recorded, { path, version: 0, kept: [] }];
}

export function secretAt(
  recorded: readonly RecordedSecret[],
  path: string,
): RecordedSecret | undefined {
  return recorded.find((secret) => secret.path === path);
}

export function recordOf(recorded: readonly RecordedSecret[]): JsonObject {
  return { secrets: recorded.map(({ path, version, kept }) => ({ path, version, kept })) };
}
