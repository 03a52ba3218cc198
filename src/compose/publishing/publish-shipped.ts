import { join } from 'node:path';
import { checkTemplateFolder } from '../../catalog/check.ts';
import { createPublisher } from '../../catalog/publish.ts';
import { findTemplate } from '../../engine/find-template.ts';
import type { Limits } from '../../model/limits.ts';
import { templateKey } from '../../model/template.ts';
import { parseTemplateRequest } from '../../model/version.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import { SHIPPED_DEFINITIONS } from '../executors.ts';
import { SHIPPED_FOLDER } from './shipped.ts';

interface Publishing {
  store: Store;
  limits: Limits;
  /** Null: they are only to be looked at, and count as unpublished. */
  clock: Clock | null;
}

/** Publishes them in the order in which they need each other. Returns what they are called now. */
export async function publishShipped(
  names: readonly string[],
  { store, limits, clock }: Publishing,
): Promise<string[]> {
  const publish = createPublisher({ store, clock });
  const published: string[] = [];
  const missing = new Set(names);
  const publishOne = async (name: string): Promise<void> => {
    missing.delete(name);
    const folder = join(SHIPPED_FOLDER, name);
    const check = await checkTemplateFolder({
      folder,
      definitions: SHIPPED_DEFINITIONS,
      limits,
      findTemplate: async (selector) => {
        const nested = parseTemplateRequest(selector)?.name;
        if (nested !== undefined && missing.has(nested)) await publishOne(nested);
        return findTemplate(store, selector);
      },
    });
    const origin = { label: folder, source: null, commitOf: async () => null };
    const { record } = await publish(check, origin);
    published.push(templateKey(record.reference));
  };
  for (const name of names) if (missing.has(name)) await publishOne(name);
  return published;
}
