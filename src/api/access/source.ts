import type { Principal } from '../../model/access.ts';

/**
 * The source of commands that somebody sends by REST: begins with their name, so that nobody can meet
 * or guess an Idempotency-Key of somebody else. `given`: what they say of where it comes from.
 */
export function sourceOf({ name }: Pick<Principal, 'name'>, given?: string): string {
  const own = `api/${encodeURIComponent(name)}`;
  return given === undefined ? own : `${own}/${given}`;
}
