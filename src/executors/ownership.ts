import { type Address, addressParts } from '../model/address.ts';
import { BiotopeError } from '../model/errors.ts';

/** Who has what is marked, and who asks for it: the address is the resource's identity. */
export interface Owner {
  environment: string;
  address: Address;
}

interface Conflict {
  /** `The secret shop/db`. */
  what: string;
  /** `another path`. */
  other: string;
  asker: Owner;
  facts: Record<string, unknown>;
}

/** Somebody's of whom the mark tells: the way out depends on whether it is of the same environment. */
export function belongsToAnother(
  owner: Owner,
  { what, other, asker, facts }: Conflict,
): BiotopeError {
  const { environment, address } = owner;
  const message =
    environment === asker.environment
      ? `${what} belongs to ${address} of this environment; what is to go is removed last. If ` +
        `it is the same resource under another id, write movedFrom: [${idOf(address)}]; if not, ` +
        `choose ${other}. It was not changed.`
      : `${what} belongs to the resource ${address} of the environment ${environment}. Choose ` +
        `${other}, or take it over: ${adoption(asker, `=from=${environment}`)}. It was not changed.`;
  return new BiotopeError('KEY_CONFLICT', { message, facts: { ...facts, environment, address } });
}

/** Nobody's of whom Biotope knows. */
export function madeByAnother({ what, other, asker, facts }: Conflict): BiotopeError {
  return new BiotopeError('KEY_CONFLICT', {
    message:
      `${what} exists already and was not made by this resource. Adopt it: ${adoption(asker)}; ` +
      `or choose ${other}, or remove it if nobody needs it. It was not changed.`,
    facts,
  });
}

function adoption({ environment, address }: Owner, how = ''): string {
  return `"biotope environment adopt ${environment} --resource ${nameOf(address)}${how}"`;
}

/** As people name it; for a counted one the command says that the number is needed. */
function nameOf(address: Address): string {
  return addressParts(address).index === 0 ? idOf(address) : address;
}

/** A mark may have been written by anybody. */
function idOf(address: Address): string {
  return address.includes('[') ? addressParts(address).id : address;
}
