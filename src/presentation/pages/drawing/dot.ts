import type { ResourceRecord } from '../../../model/resource.ts';
import { indent, printable } from '../../terminal/table.ts';
import { executorLabel } from '../words.ts';
import { type Cluster, type Drawing, STATUS_COLOURS } from './drawing.ts';

/** The graph in Graphviz's language: `… --format dot | dot -Tsvg`. */
export function dotLines({ environment, root, external, edges }: Drawing): string[] {
  return [
    `digraph ${quoted(environment)} {`,
    ...indent([
      'rankdir=LR;',
      'node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];',
      'edge [color="#868e96"];',
      ...clusterBody(root),
      ...externalLines(external),
      ...edges.map(({ from, to }) => `${quoted(from)} -> ${quoted(to)};`),
    ]),
    '}',
  ];
}

function clusterBody({ clusters, resources }: Cluster): string[] {
  return [...clusters.flatMap(clusterLines), ...resources.map((one) => nodeLine(one))];
}

function clusterLines(cluster: Cluster): string[] {
  const style = cluster.kind === 'group' ? 'rounded,dashed' : 'rounded';
  // Only what is called so is drawn with a frame.
  return subgraph(`cluster${cluster.path}`, cluster.name, style, clusterBody(cluster));
}

function externalLines(external: readonly ResourceRecord[]): string[] {
  if (external.length === 0) return [];
  const nodes = external.map((one) => nodeLine(one, { shape: 'cds' }));
  return subgraph('cluster external', 'external', 'dotted', nodes);
}

function subgraph(id: string, label: string, style: string, body: readonly string[]): string[] {
  return [
    `subgraph ${quoted(id)} {`,
    ...indent([`label=${quoted(label)};`, `style=${quoted(style)};`, ...body]),
    '}',
  ];
}

function nodeLine(resource: ResourceRecord, more: Record<string, string> = {}): string {
  const { address, label, status, description } = resource;
  const colours = STATUS_COLOURS[status];
  const attributes = {
    label: `${label}\n${executorLabel(resource)}`,
    class: status,
    fillcolor: colours.fill,
    color: colours.line,
    tooltip: [status, description].filter(Boolean).join(': '),
    ...more,
  };
  const told = Object.entries(attributes).map(([name, value]) => `${name}=${quoted(value)}`);
  return `${quoted(address)} [${told.join(', ')}];`;
}

/** A text as it is, whatever it holds: escapes and entities of the language are none of ours. */
function quoted(text: string): string {
  const plain = printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n');
  return `"${plain}"`;
}
