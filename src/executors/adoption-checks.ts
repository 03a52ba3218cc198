import { z } from 'zod';
import { BiotopeError } from '../model/errors.ts';
import type { Adoption } from './adoption.ts';
import type { SpecProblem } from './executor.ts';
import type { Owner } from './ownership.ts';

/** What executors share that take over what they did not make. */

/** The environment that has it and lives: named by whoever takes it from there all the same. */
export const formerOwner = z.string().min(1).max(63).optional();

/** A sentence for each problem of what a person says of an adoption. */
export function sentencesOf(problems: readonly SpecProblem[]): string[] {
  return problems.map(({ path, message, suggestion }) => {
    const place = path.length === 0 ? '' : `${path.join('.')}: `;
    return `${place}${message}${suggestion === null ? '' : ` ${suggestion}`}`;
  });
}

/** Nothing was changed: said before anything is. */
export function refusedAdoption(
  message: string,
  facts: Record<string, unknown>,
  detail?: string,
): BiotopeError {
  const more = detail === undefined ? {} : { detail };
  return new BiotopeError('ADOPTION_REFUSED', { message, facts, ...more });
}

/**
 * Throws where what is marked as somebody's own has an owner that lives, unless `from` names its
 * environment. `what`: `The secret shop/db`.
 */
export async function refuseLivingOwner(
  adoption: Adoption,
  { what, from, owner }: { what: string; from: string | undefined; owner: Owner },
): Promise<void> {
  const { environment, address } = owner;
  if (from === environment) return;
  if (!(await adoption.isRecorded({ environment, identity: address }))) return;
  throw refusedAdoption(
    `${what} belongs to ${address} of the environment ${environment}, which lives. Take it out of ` +
      `there first; or, to take it away from there all the same, say from=${environment}.`,
    { environment, address },
  );
}
