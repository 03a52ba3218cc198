import { KINDS, searchDocument } from '../../documents/search.ts';
import { searchRecords as find } from '../../queries/search.ts';
import type { Store } from '../../store/store.ts';
import { searchLines, searchNames } from '../pages/search.ts';
import type { Answer } from '../session.ts';

interface SearchRequest {
  words: readonly string[];
  /** Undefined: all of them. */
  kinds: readonly (keyof typeof KINDS)[] | undefined;
  limit: number;
}

/** Best first. Rejects with USAGE where nothing can be looked for. */
export async function searchRecords(store: Store, request: SearchRequest): Promise<Answer> {
  const collections = request.kinds?.map((kind) => KINDS[kind]);
  const result = await find(store, { ...request, collections });
  return {
    lines: (palette) => searchLines(result, palette),
    document: searchDocument(result),
    names: searchNames(result),
  };
}
