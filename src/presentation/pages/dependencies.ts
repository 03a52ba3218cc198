import { dependencyName } from '../../documents/dependencies.ts';
import type { DependencyView } from '../../queries/dependencies.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns } from '../terminal/table.ts';
import { branches } from './tree.ts';
import { executorLabel, paintStatus } from './words.ts';

export function dependencyNames({ nodes, resources }: DependencyView): string[] {
  return nodes.map(({ key }) => dependencyName(resources, key));
}

export function dependencyLines(view: DependencyView, palette: Palette): string[] {
  const { key, direction, resources, nodes, truncated } = view;
  const rows = branches([key], belowOf(view)).map((branch) => {
    const name = `${palette.faint(branch.lead)}${palette.strong(dependencyName(resources, branch.key))}`;
    if (branch.isRepeated) return [`${name} ${palette.faint('(above)')}`];
    const resource = resources.get(branch.key);
    if (resource === undefined) return [name];
    return [name, palette.faint(executorLabel(resource)), paintStatus(resource.status, palette)];
  });
  const nothing = direction === 'dependents' ? 'Nothing needs it.' : 'It needs nothing.';
  return [
    ...alignColumns(rows),
    ...(nodes.length === 0 ? [nothing] : []),
    ...(truncated ? ['There is more: raise --depth or --limit.'] : []),
  ];
}

/** What comes next in the direction of the walk. */
function belowOf({ edges, direction }: DependencyView): (key: string) => readonly string[] {
  const below = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const [near, far] = direction === 'dependencies' ? [from, to] : [to, from];
    const known = below.get(near);
    if (known === undefined) below.set(near, [far]);
    else known.push(far);
  }
  return (key) => below.get(key) ?? [];
}
