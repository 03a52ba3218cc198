import type { Address } from '../../model/address.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { isUntaken, type ResourceRecord } from '../../model/resource.ts';
import type { Asked } from '../../model/run.ts';
import type { PlannedResource } from './plan.ts';

type Answer = Pick<PlannedResource, 'action' | 'reason' | 'adopt'>;

export interface AskedResource {
  address: Address;
  label: string;
  recorded: ResourceRecord | null;
}

/**
 * What is asked of a resource, or goes on of what was asked before: an adoption that has not
 * succeeded is no reason to make the thing a second time. Null: nothing. Throws where it does not fit
 * what is recorded now.
 */
export function answerTo(asked: Asked, resource: AskedResource): Answer | null {
  const { address, recorded } = resource;
  const how = Object.hasOwn(asked.adopt, address) ? asked.adopt[address] : undefined;
  if (recorded !== null && recorded.adopting !== null) {
    const pending = { ...recorded, adopting: recorded.adopting };
    if (asked.rotate.includes(address)) throw notRotatable(resource, 'it is not adopted yet');
    return answerPending(pending, how);
  }
  if (asked.rotate.includes(address)) {
    if (recorded === null) throw notRotatable(resource, 'it is not there yet');
    return { action: 'rotate', reason: 'asked for', adopt: null };
  }
  if (how === undefined || (how === null && recorded === null)) return null;
  if (recorded !== null) throw adoptedBefore(resource);
  return { action: 'adopt', reason: 'exists already', adopt: how };
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

function adoptedBefore({ label, address }: AskedResource): BiotopeError {
  return new BiotopeError('ADOPTION_REFUSED', {
    message: `${label} is part of the environment already: there is nothing to adopt.`,
    facts: { address },
  });
}

function notRotatable({ label, address }: AskedResource, why: string): BiotopeError {
  return new BiotopeError('ROTATION_INVALID', {
    message: `${label} cannot be rotated: ${why}.`,
    facts: { address },
  });
}
