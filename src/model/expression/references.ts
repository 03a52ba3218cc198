import type { JsonValue } from '../json.ts';
import { parseText } from './text.ts';

/** Ids of resources that any text of the value refers to; sorted. Faulty expressions name none. */
export function expressionReferences(value: JsonValue): { resources: string[] } {
  const resources = new Set<string>();
  for (const text of textsOf(value)) {
    for (const piece of parseText(text).pieces) {
      if (piece.kind === 'text') continue;
      for (const reference of piece.expression.analysis.references) {
        if (reference.kind === 'resource') resources.add(reference.id);
      }
    }
  }
  return { resources: [...resources].sort() };
}

function textsOf(value: JsonValue): string[] {
  if (typeof value === 'string') return value.includes('${') ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
