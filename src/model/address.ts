/**
 * The identity of a resource inside its environment: `id[index]`, for example `web[0]`.
 * A resource without `count` has index 0, so that adding `count: 1` changes no identity.
 * People see its label: `web` as long as the template declares no count.
 */
export type Address = string;

export interface AddressParts {
  id: string;
  index: number;
}

const ADDRESS = /^(?<id>[a-z][a-z0-9/-]*)(?:\[(?<index>\d{1,5})\])?$/;

export function addressOf(id: string, index: number): Address {
  return `${id}[${index}]`;
}

/** Reads both forms a person may write: `web` and `web[0]`. */
export function parseAddress(text: string): AddressParts | undefined {
  const groups = ADDRESS.exec(text)?.groups;
  if (groups?.id === undefined) return undefined;
  return { id: groups.id, index: Number(groups.index ?? 0) };
}

/** The parts of an address that was made by `addressOf`. */
export function addressParts(address: Address): AddressParts {
  const at = address.lastIndexOf('[');
  return { id: address.slice(0, at), index: Number(address.slice(at + 1, -1)) };
}

/** `a`, `a/b`, `a/b/c` for `a/b/c`: the nested templates that hold the resource, and its own id. */
export function idsAround(id: string): string[] {
  const words = id.split('/');
  return words.map((_, at) => words.slice(0, at + 1).join('/'));
}
