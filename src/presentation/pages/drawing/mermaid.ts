import type { ResourceRecord } from '../../../model/resource.ts';
import { indent, printable } from '../../terminal/table.ts';
import { executorLabel } from '../words.ts';
import { type Cluster, type Drawing, STATUS_COLOURS } from './drawing.ts';

/** The graph in Mermaid's language, which Markdown viewers draw. */
export function mermaidLines({ root, external, edges }: Drawing): string[] {
  return [
    'flowchart LR',
    ...indent([
      ...clusterBody(root),
      ...externalLines(external),
      ...edges.map(({ from, to }) => `${nodeId(from)} --> ${nodeId(to)}`),
      ...Object.entries(STATUS_COLOURS).map(
        ([status, { fill, line }]) =>
          `classDef ${status} fill:${fill},stroke:${line},color:#212529`,
      ),
    ]),
  ];
}

function clusterBody({ clusters, resources }: Cluster): string[] {
  return [
    ...clusters.flatMap((cluster) => clusterLines(cluster)),
    ...resources.map((one) => `${nodeId(one.address)}[${labelOf(one)}]:::${one.status}`),
  ];
}

function clusterLines(cluster: Cluster): string[] {
  return subgraph(clusterId(cluster.path), cluster.name, clusterBody(cluster));
}

function externalLines(external: readonly ResourceRecord[]): string[] {
  if (external.length === 0) return [];
  const nodes = external.map((one) => `${nodeId(one.address)}([${labelOf(one)}]):::${one.status}`);
  return [
    ...subgraph(clusterId('external'), 'external', nodes),
    `style ${clusterId('external')} stroke-dasharray:4`,
  ];
}

function subgraph(id: string, label: string, body: readonly string[]): string[] {
  return [`subgraph ${id}[${quoted(label)}]`, ...indent(body), 'end'];
}

function labelOf(resource: ResourceRecord): string {
  return `${quoted(resource.label).slice(0, -1)}<br/>${quoted(executorLabel(resource)).slice(1)}`;
}

/** Behind a letter of ours, so that none is a word of the language such as `end`. */
function nodeId(address: string): string {
  return `n_${escapedId(address)}`;
}

function clusterId(path: string): string {
  return `c_${escapedId(path)}`;
}

/** Letters and digits; all else by its number, so that no two ids become one. */
function escapedId(text: string): string {
  return text.replace(/[^A-Za-z0-9]/gu, (one) => `_${one.codePointAt(0)?.toString(16)}_`);
}

function quoted(text: string): string {
  const plain = printable(text).replace(/[#"<>&`\\\n]/g, (one) => `#${one.codePointAt(0)};`);
  return `"${plain}"`;
}
