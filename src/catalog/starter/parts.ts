/** What a new template can make, in the order in which one part uses another. */
export const KINDS = ['vault-secret', 'terraform', 'consul-kv', 'command'] as const;

export type Kind = (typeof KINDS)[number];

export interface Part {
  kind: Kind;
  /** Of the resource; files of the part bear it too. */
  id: string;
}

export const KIND_FACTS: Record<Kind, { id: string; says: string }> = {
  'vault-secret': { id: 'password', says: 'a secret that is generated and kept' },
  terraform: { id: 'infrastructure', says: 'a Terraform module' },
  'consul-kv': { id: 'settings', says: 'keys and values' },
  command: { id: 'app', says: 'a program of your own' },
};

/** The ids that others refer to: those of the first part of each kind. */
export type Firsts = Partial<Record<Kind, string>>;

export function firstsOf(parts: readonly Part[]): Firsts {
  return Object.fromEntries(parts.toReversed().map(({ kind, id }) => [kind, id]));
}

/** In the order in which one uses another. */
export function sortParts(parts: readonly Part[]): Part[] {
  return parts.toSorted((left, right) => KINDS.indexOf(left.kind) - KINDS.indexOf(right.kind));
}
