import {
  behind,
  type NestedTemplate,
  type ResourceGroup,
  type ResourceTemplate,
  type Template,
} from '../model/template.ts';
import type { NestedInput } from './document/schema.ts';
import type { ReadNested } from './parts/nested.ts';

/** What a template is made of once nested ones are expanded: ids behind prefixes, needs by full id. */
export type Expanded = Pick<Template, 'resources' | 'nested' | 'groups'>;

/**
 * Puts nested templates in the place of the resources that they make. As a whole each behaves like
 * one resource: it begins when all that it is given is there, and what needs it waits for all of it.
 */
export function expandNested(
  own: Pick<Template, 'resources' | 'groups'>,
  nested: readonly ReadNested[],
  needsOf: ReadonlyMap<string, readonly string[]>,
): Expanded {
  const inner = new Map(
    nested.flatMap((one) => {
      const expanded = expandOne(one);
      return expanded === undefined ? [] : [[one.input.id, expanded] as const];
    }),
  );
  const fullNeeds = (ids: readonly string[]) =>
    [...new Set(ids.flatMap((id) => inner.get(id)?.ends ?? [id]))].sort();
  const parts = [...inner].map(([id, part]) => {
    const needs = fullNeeds(needsOf.get(id) ?? []);
    return part.resources.map((resource) =>
      part.beginnings.has(resource.id)
        ? { ...resource, needs: [...resource.needs, ...needs].sort() }
        : resource,
    );
  });
  return {
    resources: [
      ...own.resources.map((resource) => ({ ...resource, needs: fullNeeds(resource.needs) })),
      ...parts.flat(),
    ],
    nested: [...inner.values()].flatMap((part) => part.nested),
    groups: [...own.groups, ...[...inner.values()].flatMap((part) => part.groups)],
  };
}

interface Part extends Expanded {
  /** Resources that need no other one of the part. */
  beginnings: ReadonlySet<string>;
  /** Resources that no other one of the part needs. */
  ends: string[];
}

/** Both may have been renamed since: the resource inside, and what it stands behind. */
function oldIds(resource: ResourceTemplate, { id: prefix, movedFrom }: NestedInput): string[] {
  const ids = [resource.id, ...resource.movedFrom];
  const all = [prefix, ...movedFrom].flatMap((outer) => ids.map((id) => behind(outer, id)));
  return all.slice(1);
}

function expandOne({ input, found }: ReadNested): Part | undefined {
  if (found === undefined) return undefined;
  const { reference, template } = found;
  const prefix = input.id;
  const resources = template.resources.map(
    (resource): ResourceTemplate => ({
      ...resource,
      id: behind(prefix, resource.id),
      prefix: resource.prefix === '' ? prefix : behind(prefix, resource.prefix),
      source: resource.source ?? reference,
      dependsOn: resource.dependsOn.map((id) => behind(prefix, id)),
      needs: resource.needs.map((id) => behind(prefix, id)),
      tags: [...new Set([...resource.tags, ...input.tags])],
      protect: input.protect && resource.external === null ? true : resource.protect,
      movedFrom: oldIds(resource, input),
    }),
  );
  const needed = new Set(resources.flatMap(({ needs }) => needs));
  return {
    resources,
    nested: [
      {
        prefix,
        parent: '',
        template: reference,
        schema: template.parameters,
        parameters: input.parameters,
        outputs: template.outputs,
      },
      ...template.nested.map((one): NestedTemplate => {
        const parent = one.parent === '' ? prefix : behind(prefix, one.parent);
        return { ...one, prefix: behind(prefix, one.prefix), parent };
      }),
    ],
    groups: template.groups.map(
      (group): ResourceGroup => ({
        ...group,
        name: behind(prefix, group.name),
        resources: group.resources.map((id) => behind(prefix, id)),
      }),
    ),
    beginnings: new Set(resources.filter(({ needs }) => needs.length === 0).map(({ id }) => id)),
    ends: resources.map(({ id }) => id).filter((id) => !needed.has(id)),
  };
}
