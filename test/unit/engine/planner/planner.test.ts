import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../../src/engine/planner/plan.ts';
import { addressOf } from '../../../../src/model/address.ts';
import type { ResourceTemplate, Template } from '../../../../src/model/template.ts';
import { PARAMETERS, plan } from '../../../support/plan.ts';
import { buildWorld } from '../../../support/planned-world.ts';
import { resource, template } from '../../../support/templates.ts';

/** Up to 7 resources, with or without a count, that need any that come before them in some order. */
const anyResources = fc
  .array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      count: fc.constantFrom(null, null, 0, 1, 2, 12),
      needs: fc.array(fc.nat(6), { maxLength: 3 }),
      usesSize: fc.boolean(),
      usesOutputs: fc.boolean(),
      contentDigest: fc.constantFrom('', 'sha256:files-1', 'sha256:files-2'),
    }),
    { maxLength: 7 },
  )
  .map((wanted) => {
    const unique = [...new Map(wanted.map((one) => [one.id, one])).values()];
    const made: ResourceTemplate[] = [];
    for (const { id, count, needs, usesSize, usesOutputs, contentDigest } of unique) {
      const needed = [...new Set(needs)].flatMap((at) => made[at] ?? []);
      made.push(
        resource(id, {
          count,
          contentDigest,
          needs: needed.map((one) => one.id).sort(),
          with: {
            ...(usesSize ? { size: '${parameters.size}' } : {}),
            ...(usesOutputs ? Object.fromEntries(needed.map(readsOutputs)) : {}),
          },
        }),
      );
    }
    return made;
  })
  .chain((made) => fc.shuffledSubarray(made, { minLength: made.length }));

const anyTemplate = anyResources.map((resources) => template('1.0.0', resources));

function readsOutputs({ id, count }: ResourceTemplate): [string, string] {
  const outputs = `resources.${id}`;
  return [
    id,
    count === null ? `\${${outputs}.outputs.n}` : `\${${outputs}.map(one, one.outputs.n)}`,
  ];
}

const addressesOf = (desired: Template) =>
  desired.resources.flatMap(({ id, count }) =>
    Array.from({ length: typeof count === 'number' ? count : 1 }, (_, at) => addressOf(id, at)),
  );

/** What is asked for none of stands for what it would have needed. */
function neededIn(desired: Template, ids: readonly string[]): string[] {
  return desired.resources
    .filter(({ id }) => ids.includes(id))
    .flatMap((one) =>
      one.count === 0
        ? neededIn(desired, one.needs)
        : addressesOf({ ...desired, resources: [one] }),
    );
}

const built = ({ resources }: Plan) => resources.filter(({ action }) => action !== 'remove');
const removed = ({ resources }: Plan) => resources.filter(({ action }) => action === 'remove');
const addresses = (resources: Plan['resources']) => resources.map(({ address }) => address);

describe('a plan', () => {
  test('names every resource that is wanted or recorded once, builds before removals', () => {
    fc.assert(
      fc.property(anyTemplate, anyTemplate, (before, desired) => {
        const { records } = buildWorld(before, PARAMETERS);
        const found = plan(desired, records);
        const wanted = addressesOf(desired);
        expect(addresses(built(found)).toSorted()).toEqual(wanted.toSorted());
        const gone = [...records.keys()].filter((address) => !wanted.includes(address));
        expect(addresses(removed(found)).toSorted()).toEqual(gone.toSorted());
        expect(found.resources).toEqual([...built(found), ...removed(found)]);
        const { create, change, decide, remove, unchanged } = found.summary;
        expect(create + change + decide + unchanged).toBe(wanted.length);
        expect(remove).toBe(gone.length);
      }),
    );
  });

  test('builds behind what is needed, removes before what was needed', () => {
    fc.assert(
      fc.property(anyTemplate, anyTemplate, (before, desired) => {
        const { records } = buildWorld(before, PARAMETERS);
        const found = plan(desired, records);
        const place = new Map(addresses(found.resources).map((address, at) => [address, at]));
        for (const { address, after } of found.resources) {
          for (const other of after) {
            expect(place.get(other)).toBeLessThan(place.get(address) ?? -1);
          }
        }
        for (const { address, after, resource: wanted } of built(found)) {
          const needed = neededIn(desired, wanted?.needs ?? []);
          expect([address, after.toSorted()]).toEqual([address, [...new Set(needed)].toSorted()]);
        }
        for (const { address, after } of removed(found)) {
          const dependents = removed(found).filter(({ recorded }) =>
            recorded?.dependsOn.includes(address),
          );
          expect([address, after.toSorted()]).toEqual([address, addresses(dependents).toSorted()]);
        }
      }),
    );
  });

  test('leaves what is already as it should be, and nothing else', () => {
    fc.assert(
      fc.property(anyTemplate, anyTemplate, fc.constantFrom(1, 2), (before, desired, size) => {
        const world = buildWorld(before, PARAMETERS);
        const wanted = buildWorld(desired, { size });
        const found = plan(desired, world.records, { parameters: { size } });
        for (const { address, action, recorded } of built(found)) {
          const isNew = !world.records.has(address);
          expect(action === 'create').toBe(isNew);
          expect(recorded).toEqual(world.records.get(address) ?? null);
          if (action === 'leave') expect(world.like(address)).toEqual(wanted.like(address));
          if (action === 'change') expect(world.like(address)).not.toEqual(wanted.like(address));
        }
      }),
    );
  });

  test('decides later only what reads from something that is not left alone', () => {
    fc.assert(
      fc.property(anyTemplate, fc.constantFrom(1, 2), (desired, size) => {
        const { records } = buildWorld(desired, PARAMETERS);
        const found = plan(desired, records, { parameters: { size } });
        const notLeft = new Set(
          built(found).flatMap(({ id, action }) => (action === 'leave' ? [] : [id])),
        );
        for (const { action, resource: wanted, spec, reason } of built(found)) {
          const sources = Object.keys(wanted?.with ?? {}).filter((id) => notLeft.has(id));
          expect(action === 'decide' || spec === null).toBe(sources.length > 0);
          if (action === 'decide') expect(reason).toMatch(/^known after deploy: outputs of /);
        }
      }),
    );
  });

  test('of what a plan has made is that everything is left', () => {
    fc.assert(
      fc.property(anyTemplate, anyTemplate, (before, desired) => {
        const first = buildWorld(before, PARAMETERS);
        const second = buildWorld(desired, PARAMETERS, first);
        const found = plan(desired, second.records);
        const count = addressesOf(desired).length;
        expect(found.summary).toEqual({
          create: 0,
          change: 0,
          adopt: 0,
          rotate: 0,
          decide: 0,
          remove: 0,
          unchanged: count,
        });
      }),
    );
  });

  test('to destroy removes all that is recorded, the highest index of equals first', () => {
    fc.assert(
      fc.property(anyTemplate, (before) => {
        const { records } = buildWorld(before, PARAMETERS);
        const found = plan(null, records);
        expect(addresses(found.resources).toSorted()).toEqual([...records.keys()].toSorted());
        for (const { id } of before.resources) {
          const indices = removed(found).flatMap((one) => (one.id === id ? [one.index] : []));
          expect(indices).toEqual(indices.toSorted((left, right) => right - left));
        }
      }),
    );
  });
});
