import { type Address, addressOf } from '../../model/address.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { isUnmade, isUntaken, type ResourceRecord } from '../../model/resource.ts';
import { type Asked, NOTHING_ASKED } from '../../model/run.ts';
import type { PlannedResource } from './plan.ts';

type Answer = Pick<PlannedResource, 'action' | 'reason' | 'adopt'>;

export interface Wishes extends Asked {
  /** Adoptions that were asked for before and have not begun. What is recorded has begun since. */
  pending: Readonly<Record<Address, JsonObject>>;
}

export const NO_WISHES: Wishes = { ...NOTHING_ASKED, pending: {} };

export type AskedResource = Pick<
  PlannedResource,
  'address' | 'label' | 'index' | 'resource' | 'recorded'
>;

/**
 * What is asked of a resource, or goes on of what was asked before: an adoption that has not
 * succeeded is no reason to make the thing a second time. Null: nothing. Throws where it does not fit
 * what is recorded now.
 */
export function answerTo(asked: Wishes, resource: AskedResource): Answer | null {
  const { address, recorded } = resource;
  const how = own(asked.adopt, address);
  if (recorded !== null && recorded.adopting !== null) {
    const pending = { ...recorded, adopting: recorded.adopting };
    if (asked.rotate.includes(address)) throw notRotatable(resource, 'it is not adopted yet');
    return answerPending(pending, how);
  }
  if (asked.rotate.includes(address)) {
    if (recorded === null) throw notRotatable(resource, 'it is not there yet');
    return { action: 'rotate', reason: 'asked for', adopt: null };
  }
  if (recorded !== null && !isUnmade(recorded)) {
    if (how === undefined) return null;
    throw adoptedBefore(resource, recorded);
  }
  const wished = how === undefined ? pendingOf(asked, resource) : how;
  if (wished === undefined || wished === null) return null;
  return { action: 'adopt', reason: 'exists already', adopt: wished };
}

/** Also under an id that it had before. */
function pendingOf({ pending }: Wishes, { address, index, resource }: AskedResource) {
  const former = (resource?.movedFrom ?? []).map((id) => addressOf(id, index));
  return [address, ...former].map((one) => own(pending, one)).find((how) => how !== undefined);
}

function own<T>(values: Readonly<Record<Address, T>>, address: Address): T | undefined {
  return Object.hasOwn(values, address) ? values[address] : undefined;
}

/** An adoption was begun and has not succeeded. */
function answerPending(
  recorded: ResourceRecord & { adopting: JsonObject },
  how: JsonObject | null | undefined,
): Answer {
  if (how !== null) {
    const adopt = how ?? recorded.adopting;
    return { action: 'adopt', reason: 'its adoption has not succeeded yet', adopt };
  }
  const action = isUntaken(recorded) ? 'create' : 'change';
  return { action, reason: 'its adoption was given up', adopt: null };
}

function adoptedBefore(
  { label, address }: AskedResource,
  { fingerprint, environment }: ResourceRecord,
): BiotopeError {
  const message =
    fingerprint === null
      ? `${label} was begun and may have left something behind. Make it, or remove it with the ` +
        `environment ("biotope environment destroy ${environment}"), before what exists is adopted.`
      : `${label} is part of the environment already: there is nothing to adopt.`;
  return new BiotopeError('ADOPTION_REFUSED', {
    message,
    facts: { address },
  });
}

function notRotatable({ label, address }: AskedResource, why: string): BiotopeError {
  return new BiotopeError('ROTATION_INVALID', {
    message: `${label} cannot be rotated: ${why}.`,
    facts: { address },
  });
}
