import { templateLabel } from '../../documents/documents.ts';
import { type Found, told } from '../../documents/search.ts';
import type { SearchResult } from '../../queries/search.ts';
import type { WordFound } from '../../store/search-text.ts';
import type { Palette } from '../terminal/palette.ts';
import { printable, table } from '../terminal/table.ts';
import { paintStatus } from './words.ts';

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
