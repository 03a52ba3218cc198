/** A line of a tree: which node, and the rails in front of it. */
export interface Branch {
  key: string;
  lead: string;
  /** It was unfolded above. */
  isRepeated: boolean;
}

/** Deeper levels are drawn as if they were this deep. */
const RAILS_CHARACTERS_MAX = 120;

/**
 * A graph as the lines of a tree, in their order. A node that several lead to is unfolded where it
 * comes first. A stack of its own, so that no chain is too long.
 */
export function branches(
  roots: readonly string[],
  below: (key: string) => readonly string[],
): Branch[] {
  const open = roots.map((key) => ({ key, lead: '', rails: '' })).reverse();
  const seen = new Set<string>();
  const found: Branch[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { key, lead, rails } = next;
    const children = below(key);
    found.push({ key, lead, isRepeated: seen.has(key) && children.length > 0 });
    if (seen.has(key)) continue;
    seen.add(key);
    for (const [at, child] of children.toReversed().entries()) {
      const [fork, rail] = at === 0 ? ['└── ', '    '] : ['├── ', '│   '];
      const isDeep = rails.length >= RAILS_CHARACTERS_MAX;
      open.push({ key: child, lead: rails + fork, rails: isDeep ? rails : rails + rail });
    }
  }
  return found;
}
