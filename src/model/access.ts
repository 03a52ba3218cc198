/** Who may do what. Each role may do everything that the ones before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

export type Role = (typeof ROLES)[number];

export function mayActAs(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Somebody who asks, made out. */
export interface Principal {
  /** Unique among all that can be made out: no two share their idempotency keys. */
  name: string;
  role: Role;
  /** Sees and touches only environments with one of these tags; null: all. */
  tags: readonly string[] | null;
}

/** Whether somebody who is limited to `tags` may see what is tagged so. */
export function maySeeTags({ tags }: Pick<Principal, 'tags'>, tagged: readonly string[]): boolean {
  return tags === null || tagged.some((tag) => tags.includes(tag));
}
