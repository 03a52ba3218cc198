import { BiotopeError } from '../model/errors.ts';
import type {
  ResourceTemplate,
  Template,
  TemplateRecord,
  TemplateReference,
} from '../model/template.ts';
import { templateKey } from '../model/template.ts';
import type { Store } from '../store/store.ts';

/** A published template with its resources by id. */
export interface TemplateIndex {
  reference: TemplateReference;
  template: Template;
  resources: ReadonlyMap<string, ResourceTemplate>;
}

export function indexOf({ reference, template }: TemplateRecord): TemplateIndex {
  const resources = new Map(template.resources.map((resource) => [resource.id, resource]));
  return { reference, template, resources };
}

const KEPT_MAX = 64;

/** Published templates never change, so what was read once is kept, up to a bound. */
export function createTemplateCache(store: Store) {
  const kept = new Map<string, TemplateIndex>();

  return async function templateIndex(reference: TemplateReference): Promise<TemplateIndex> {
    const key = templateKey(reference);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const stored = await store.get('templates', key);
    if (stored === undefined) {
      throw new BiotopeError('TEMPLATE_NOT_FOUND', {
        message: `Template ${key} is not published here.`,
        facts: { template: key },
      });
    }
    const index = indexOf(stored.value);
    const oldest = kept.keys().next().value;
    if (kept.size >= KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    kept.set(key, index);
    return index;
  };
}

export type TemplateCache = ReturnType<typeof createTemplateCache>;
