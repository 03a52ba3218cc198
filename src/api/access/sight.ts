import { maySeeTags } from '../../model/access.ts';
import { resourceKey } from '../../model/resource.ts';
import { stepKey } from '../../model/step.ts';
import { templateKey } from '../../model/template.ts';
import type { CollectionName, Collections } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';

/** Whether somebody sees an environment, by its name. */
export interface Sight {
  sees(environment: string): Promise<boolean>;
}

/**
 * Asks the store once for each name, so make one for each question. An environment that is still in line
 * to be made has the tags of the run that will make it.
 */
export function createSight(store: Pick<Store, 'get' | 'find'>, tags: readonly string[]): Sight {
  const known = new Map<string, Promise<boolean>>();

  async function look(environment: string): Promise<boolean> {
    const found = await store.get('environments', environment);
    if (found !== undefined) return maySeeTags({ tags }, found.value.tags);
    const where = { environment };
    const [first] = await store.find('runs', { where, limit: 1 });
    return first !== undefined && maySeeTags({ tags }, first.value.tags ?? []);
  }

  return {
    sees: (environment) => {
      const asked = known.get(environment) ?? look(environment);
      known.set(environment, asked);
      return asked;
    },
  };
}

type Rule<C extends CollectionName> = {
  /** Of whom the record is; null: everybody may know it. */
  environmentOf(value: Collections[C]): string | null;
  keyOf(value: Collections[C]): string;
};

/** No environment has this name. */
const NOBODYS = '';

/** What is not named here is for those alone who see everything. */
export const RULES: { readonly [C in CollectionName]?: Rule<C> } = {
  environments: { environmentOf: ({ name }) => name, keyOf: ({ name }) => name },
  resources: {
    environmentOf: ({ environment }) => environment,
    keyOf: ({ environment, address }) => resourceKey(environment, address),
  },
  runs: { environmentOf: ({ environment }) => environment, keyOf: ({ id }) => id },
  steps: {
    environmentOf: ({ environment }) => environment,
    keyOf: ({ runId, address }) => stepKey(runId, address),
  },
  audit: { environmentOf: ({ environment }) => environment ?? NOBODYS, keyOf: ({ id }) => id },
  templates: { environmentOf: () => null, keyOf: ({ reference }) => templateKey(reference) },
};
