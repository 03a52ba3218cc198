import { resourceLabel, templateLabel } from '../../documents/documents.ts';
import type { EnvironmentStatus } from '../../model/environment.ts';
import type { ResourceStatus } from '../../model/resource.ts';
import type { Searched, SearchedCollection, WordFound } from '../../store/search-text.ts';
import type { Palette } from '../terminal/palette.ts';
import { printable, table } from '../terminal/table.ts';
import { paintStatus } from './words.ts';

/** A record that holds every word, and where. */
export type Found = Searched & { words: WordFound[] };

export interface SearchResult {
  found: Found[];
  /** There is more than is told. */
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

export function searchNames({ found }: SearchResult): string[] {
  return found.map((one) => told(one).name);
}

export function searchLines(result: SearchResult, palette: Palette): string[] {
  if (result.found.length === 0) return ['Nothing holds all of these words.'];
  const rows = result.found.map((one) => {
    const { kind, name, status, description } = told(one);
    return [
      kind,
      palette.strong(name),
      placeOf(one),
      status === null ? '' : paintStatus(status, palette),
      one.words.map(whyFound).join(', '),
      printable(description),
    ];
  });
  const more = result.truncated ? ['There is more: say more words, or raise --limit.'] : [];
  const header = ['kind', 'name', 'where', 'status', 'found', 'description'];
  const lessImportant = ['description', 'found', 'where', 'kind'];
  return [...table(header, rows, { columns: palette.columns, lessImportant }), ...more];
}

/** `tag blue`; where only the beginning was asked for: `name webshop (web…)`. */
function whyFound({ word, field, found }: WordFound): string {
  const place = field === 'tags' ? 'tag' : field;
  return `${place} ${found}${found === word ? '' : ` (${word}…)`}`;
}

function placeOf(one: Found): string {
  switch (one.collection) {
    case 'environments':
      return `from ${templateLabel(one.value.template)}`;
    case 'resources':
      return `environment ${one.value.environment}`;
    case 'templates':
      return one.value.publishedAtMs === null ? 'ships' : 'published';
  }
}

function told(one: Found): Told {
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
