import type { Path } from '../model/expression/paths.ts';
import { findCycles } from '../model/graph.ts';
import { checkNested, type ReadNested } from './parts/nested.ts';
import type { ReadResource } from './parts/read-resource.ts';
import type { ReadResources } from './parts/resources.ts';
import { checkEarly } from './texts/early.ts';
import { checkEndpoints } from './texts/endpoints.ts';
import { judgeReference, unknownResource } from './texts/references.ts';
import { checkTexts, type TextCheck } from './texts/texts.ts';

/** Checks what resources say of each other. Returns what each one needs, by id; sorted. */
export function checkNeeds(
  { resources, nested }: Pick<ReadResources, 'resources' | 'nested'>,
  check: TextCheck,
): Map<string, string[]> {
  const needs = new Map<string, string[]>();
  const add = (one: ReadResource | ReadNested, inTexts: Iterable<string>) => {
    const { id } = one.input;
    const found = new Set([...dependsOn(one, check), ...inTexts]);
    checkMoves(one, check);
    found.delete(id);
    if (!needs.has(id)) needs.set(id, [...found].sort());
  };
  for (const resource of resources) add(resource, textNeeds(resource, check));
  for (const one of nested) add(one, checkNested(one, check));
  reportCycles(needs, [...resources, ...nested], check);
  return needs;
}

/** An id is either an old one or in use: with both, what is recorded under it would be anybody's. */
function checkMoves(
  { input, path }: ReadResource | ReadNested,
  { document, facts }: TextCheck,
): void {
  for (const old of input.movedFrom.filter((id) => facts.resources.has(id))) {
    const message = `${JSON.stringify(old)} is the id of a resource here: nothing can have moved from it`;
    const suggestion = 'Rename in one version what took the id, and in the next what had it.';
    document.report({ path: [...path, 'movedFrom'], message, suggestion });
  }
}

const GROUP = /^groups\.([\w-]+)$/;

function dependsOn(
  { input, path }: ReadResource | ReadNested,
  { document, facts }: TextCheck,
): string[] {
  return input.dependsOn.flatMap((id, at) => {
    const place = [...path, 'dependsOn', at];
    if (id === input.id) {
      const message = `${JSON.stringify(id)} depends on itself`;
      document.report({ path: place, message, suggestion: 'Remove it from dependsOn.' });
      return [];
    }
    if (facts.resources.has(id)) return [id];
    const group = GROUP.exec(id)?.[1];
    if (group !== undefined) {
      const reference = {
        kind: 'group',
        name: group,
        field: 'id',
        output: null,
        offset: 0,
      } as const;
      const rules = { owner: input.id, noResources: null, self: 'none' } as const;
      const verdict = judgeReference(reference, rules, facts);
      if (verdict === null) return [...(facts.groups.get(group) ?? [])];
      document.report({ path: place, ...verdict });
      return [];
    }
    document.report({ path: place, ...unknownResource(id, facts.resources.keys()) });
    return [];
  });
}

function textNeeds(
  { input, path, definition, external }: ReadResource,
  check: TextCheck,
): string[] {
  const base = { owner: input.id, noResources: null };
  const inWith = {
    ...base,
    self: 'address',
    refuseSecret: (at: Path) =>
      definition === undefined || definition.allowsSecret(input.with, specPath(at, path.length + 1))
        ? null
        : `${definition.kind} takes no secret here`,
    secretAdvice: definition?.secretAdvice,
  } as const;
  checkEarly(input, 'count', path, check);
  checkEarly(input, 'protect', path, check);
  return [
    ...(external === null
      ? checkTexts(input.with, [...path, 'with'], inWith, check)
      : checkTexts(input.with.outputs ?? {}, [...path, 'outputs'], OF_OTHERS, check)),
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

/** What others own is there before any resource is made. */
const OF_OTHERS = {
  owner: null,
  noResources: 'what others own is told by parameters and the environment, not by resources',
  self: 'none',
  refuseSecret: () => 'what others own is shown to everybody',
} as const;

/** Inside `with`; a member whose name is not known yet is called `*`. */
function specPath(path: Path, from: number): (string | number)[] {
  return path.slice(from).map((step) => step ?? '*');
}

function reportCycles(
  needs: ReadonlyMap<string, readonly string[]>,
  resources: readonly (ReadResource | ReadNested)[],
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
