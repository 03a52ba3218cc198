import type { EnvironmentStatus } from '../model/environment.ts';
import type { ResourceStatus } from '../model/resource.ts';
import type { Searched, SearchedCollection, WordFound } from '../store/search-text.ts';
import { resourceLabel, templateLabel } from './documents.ts';

/** A record that holds every word, and where (see queries/search.ts). */
export type Found = Searched & { words: WordFound[] };

interface SearchResult {
  found: Found[];
  truncated: boolean;
}

/** One thing found, as other commands take its name, and where it is. */
interface Told {
  kind: 'environment' | 'resource' | 'template';
  name: string;
  environment: string | null;
  template: string;
  status: EnvironmentStatus | ResourceStatus | null;
  description: string;
  tags: string[];
}

export const KINDS: Record<Told['kind'], SearchedCollection> = {
  environment: 'environments',
  resource: 'resources',
  template: 'templates',
};

export function searchDocument({ found, truncated }: SearchResult) {
  return { found: found.map((one) => ({ ...told(one), matched: one.words })), truncated };
}

/** As other commands take its name. */
export function told(one: Found): Told {
  switch (one.collection) {
    case 'environments': {
      const { name, status, description, tags } = one.value;
      const template = templateLabel(one.value.template);
      return { kind: 'environment', name, environment: name, template, status, description, tags };
    }
    case 'resources': {
      const { environment, status, description, tags } = one.value;
      const [name, template] = [resourceLabel(one.value), templateLabel(one.value.template)];
      return { kind: 'resource', name, environment, template, status, description, tags };
    }
    case 'templates': {
      const { description, tags } = one.value.template;
      const template = templateLabel(one.value.reference);
      const place = { environment: null, template, status: null };
      return { kind: 'template', name: template, ...place, description, tags };
    }
  }
}
