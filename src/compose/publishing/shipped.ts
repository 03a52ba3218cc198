import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Store } from '../../store/store.ts';

/** A folder for each template that ships, with its name. */
export const SHIPPED_FOLDER = fileURLToPath(new URL('../../../templates', import.meta.url));

export function shippedNames(): string[] {
  return readdirSync(SHIPPED_FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Of the templates that ship those of whose name the store has no version. */
export async function missingNames(store: Store): Promise<string[]> {
  const missing: string[] = [];
  for (const name of shippedNames()) {
    const found = await store.find('templates', { where: { name }, limit: 1 });
    if (found.length === 0) missing.push(name);
  }
  return missing;
}
