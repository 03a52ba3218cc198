import { problemSchema } from '../../documents/schema/problem.ts';

type RefusalStatus = 400 | 404 | 409 | 413 | 415 | 422 | 503;

/** What a route may refuse with, for its description; what every route may is added by itself. */
export function refusals<S extends RefusalStatus>(
  ...statuses: S[]
): Record<S, typeof problemSchema> {
  return Object.fromEntries(statuses.map((status) => [status, problemSchema])) as Record<
    S,
    typeof problemSchema
  >;
}
