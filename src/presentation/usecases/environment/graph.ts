import { graphDocument } from '../../../documents/graph.ts';
import type { EnvironmentRecord } from '../../../model/environment.ts';
import { findEnvironment, groupsOf, resourcesOf } from '../../../queries/lookup.ts';
import type { Store } from '../../../store/store.ts';
import { dotLines } from '../../pages/drawing/dot.ts';
import { drawingOf } from '../../pages/drawing/drawing.ts';
import { mermaidLines } from '../../pages/drawing/mermaid.ts';
import { graphLines } from '../../pages/graph.ts';
import type { Answer } from '../../session.ts';

type GraphFormat = 'tree' | 'dot' | 'mermaid' | 'json';

/** An environment's graph in the format that is asked for. */
export async function readGraph(store: Store, name: string, format: GraphFormat): Promise<Answer> {
  const environment = await findEnvironment(store, name);
  const resources = await resourcesOf(store, environment.name);
  const groups = await groupsOf(store, environment);
  const document = graphDocument(resources, groups);
  return {
    document,
    names: resources.map(({ label }) => label),
    isVerbatim: true,
    lines: (palette) => {
      if (format === 'json') return JSON.stringify(document, null, 2).split('\n');
      if (format === 'tree') {
        const isEmpty = resources.length === 0;
        return isEmpty ? [emptyLine(environment)] : graphLines(resources, palette);
      }
      const drawing = drawingOf(environment.name, resources, groups);
      return format === 'dot' ? dotLines(drawing) : mermaidLines(drawing);
    },
  };
}

function emptyLine({ name, status }: EnvironmentRecord): string {
  const is = status === 'destroyed' ? ' is destroyed: it' : '';
  return `environment ${name}${is} has no resources`;
}
