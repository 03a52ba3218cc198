import { dependencyDocument } from '../../../documents/dependencies.ts';
import { type DependencyRequest, viewDependencies } from '../../../queries/dependencies.ts';
import type { Store } from '../../../store/store.ts';
import { dependencyLines, dependencyNames } from '../../pages/dependencies.ts';
import type { Answer } from '../../session.ts';

export async function readDependencies(store: Store, request: DependencyRequest): Promise<Answer> {
  const view = await viewDependencies(store, request);
  return {
    lines: (palette) => dependencyLines(view, palette),
    document: dependencyDocument(view),
    names: dependencyNames(view),
  };
}
