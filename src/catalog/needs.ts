import type { Path } from '../model/expression/paths.ts';
import { findCycles } from '../model/graph.ts';
import { checkCount } from './count.ts';
import { checkEndpoints } from './endpoints.ts';
import { unknownResource } from './references.ts';
import type { ReadResource } from './resources.ts';
import { checkTexts, type TextCheck } from './texts.ts';

/** Checks what resources say of each other. Returns what each one needs, by id; sorted. */
export function checkNeeds(
  resources: readonly ReadResource[],
  check: TextCheck,
): Map<string, string[]> {
  const needs = new Map<string, string[]>();
  for (const resource of resources) {
    const found = new Set([...dependsOn(resource, check), ...textNeeds(resource, check)]);
    found.delete(resource.input.id);
    if (!needs.has(resource.input.id)) needs.set(resource.input.id, [...found].sort());
  }
  reportCycles(needs, resources, check);
  return needs;
}

function dependsOn({ input, path }: ReadResource, { document, facts }: TextCheck): string[] {
  return input.dependsOn.flatMap((id, at) => {
    const place = [...path, 'dependsOn', at];
    if (id === input.id) {
      const message = `${JSON.stringify(id)} depends on itself`;
      document.report({ path: place, message, suggestion: 'Remove it from dependsOn.' });
      return [];
    }
    if (facts.resources.has(id)) return [id];
    document.report({ path: place, ...unknownResource(id, facts.resources.keys()) });
    return [];
  });
}

function textNeeds({ input, path, definition }: ReadResource, check: TextCheck): string[] {
  const base = { owner: input.id, noResources: null };
  const inWith = {
    ...base,
    self: 'address',
    refuseSecret: (at: Path) =>
      definition === undefined || definition.allowsSecret(input.with, specPath(at, path.length + 1))
        ? null
        : `${definition.kind} takes no secret here`,
  } as const;
  checkCount(input, path, check);
  return [
    ...checkTexts(input.with, [...path, 'with'], inWith, check),
    ...checkEndpoints(input.statusEndpoints, [...path, 'statusEndpoints'], input.id, check),
    ...input.links.flatMap((link, at) => [
      ...checkTexts(
        link.url,
        [...path, 'links', at, 'url'],
        { ...base, self: 'all', refuseSecret: () => 'links are shown to everybody' },
        check,
      ),
    ]),
  ];
}

/** Inside `with`; a member whose name is not known yet is called `*`. */
function specPath(path: Path, from: number): (string | number)[] {
  return path.slice(from).map((step) => step ?? '*');
}

function reportCycles(
  needs: ReadonlyMap<string, readonly string[]>,
  resources: readonly ReadResource[],
  { document }: TextCheck,
): void {
  const paths = new Map(resources.map(({ input, path }) => [input.id, path]));
  for (const cycle of findCycles(needs)) {
    document.report({
      path: [...(paths.get(cycle[0] ?? '') ?? ['resources']), 'id'],
      message: `these resources need each other: ${shorten(cycle).join(' -> ')}`,
      suggestion: 'Remove one of these dependencies: dependsOn, or a reference in an expression.',
    });
  }
}

const MEMBERS_SHOWN_MAX = 50;

function shorten(cycle: readonly string[]): string[] {
  if (cycle.length <= MEMBERS_SHOWN_MAX) return [...cycle];
  return [...cycle.slice(0, MEMBERS_SHOWN_MAX), '…', ...cycle.slice(-1)];
}
