import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/engine/planner/plan.ts';
import { planRun } from '../../../src/engine/planner/planner.ts';
import { addressOf } from '../../../src/model/address.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../src/model/limits.ts';
import type { ResourceRecord } from '../../../src/model/resource.ts';
import type { ResourceTemplate, Template } from '../../../src/model/template.ts';
import { resource as record } from '../../contract/store/records.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { buildWorld, type World } from '../../support/planned-world.ts';
import { resource, template } from '../../support/templates.ts';

const ENVIRONMENT = { name: 'shop', description: '', tags: [] };
const PARAMETERS: JsonObject = { size: 1 };

type Recorded = ReadonlyMap<string, ResourceRecord>;

interface Options {
  parameters?: JsonObject;
  limits?: Partial<Limits>;
  canInspect?: boolean;
}

/** Null: everything is to go. */
function plan(desired: Template | null, recorded: Recorded, options: Options = {}): Plan {
  const { parameters = PARAMETERS, limits = {}, canInspect = true } = options;
  const reference = { name: 'sample', version: '1.0.0', digest: 'sha256:0' };
  return planRun(
    {
      definitions: createLedger({ canInspect }).definitions,
      limits: { ...DEFAULT_LIMITS, ...limits },
    },
    {
      environment: ENVIRONMENT,
      template: desired === null ? null : { reference, template: desired },
      parameters,
      recorded,
    },
  );
}

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
        const { create, change, remove, unchanged } = found.summary;
        expect(create + change + unchanged).toBe(wanted.length);
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
          const needed = desired.resources.filter(({ id }) => wanted?.needs.includes(id));
          expect([address, after.toSorted()]).toEqual([
            address,
            addressesOf({ ...desired, resources: needed }).toSorted(),
          ]);
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
        expect(found.summary).toEqual({ create: 0, change: 0, remove: 0, unchanged: count });
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

describe('removals', () => {
  const recorded = (edges: Record<string, string[]>, facts: Partial<ResourceRecord> = {}) =>
    new Map(
      Object.entries(edges).map(([id, needs], at) => {
        const dependsOn = needs.map((need) => addressOf(need, 0));
        const one = record({ id, executor: 'ledger', dependsOn, updatedAtMs: at, ...facts });
        return [one.address, one] as const;
      }),
    );

  test('leave nothing out where an update that did not finish left edges in a circle', () => {
    const edges = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'gone'), { maxLength: 3 }),
    );
    fc.assert(
      fc.property(edges, (graph) => {
        const found = plan(null, recorded(graph));
        const order = addresses(found.resources);
        const all = Object.keys(graph).map((id) => addressOf(id, 0));
        expect(order.toSorted()).toEqual(all.toSorted());
        for (const { address, after } of found.resources) {
          for (const other of after) {
            expect(order.indexOf(other)).toBeLessThan(order.indexOf(address));
          }
        }
      }),
    );
  });

  test('break a circle where the newest record on it shows the way, and keep all other edges', () => {
    // `b` was changed last: it was built on `a`, whatever `a` needed before.
    const found = plan(null, recorded({ base: [], a: ['b', 'base'], b: ['a'], top: ['a'] }));
    expect(addresses(found.resources)).toEqual(['top[0]', 'b[0]', 'a[0]', 'base[0]']);
    expect(found.resources.map(({ after }) => after)).toEqual([
      [],
      [],
      ['b[0]', 'top[0]'],
      ['a[0]'],
    ]);
  });

  test('spare nothing that is protected: they are refused whole', () => {
    const graph = recorded({ a: [], b: [] }, { protect: true });
    expect(() => plan(null, graph)).toThrow(
      expect.objectContaining({
        code: 'ENVIRONMENT_PROTECTED',
        message: expect.stringContaining('a, b are protected'),
      }),
    );
    const desired = template('1.0.0', [resource('a'), resource('b')]);
    expect(plan(desired, graph).summary.remove).toBe(0);
  });
});

describe('a resource of which nobody knows what exists', () => {
  const world = (status: ResourceRecord['status']): World => {
    const made = buildWorld(template('1.0.0', [resource('a')]), PARAMETERS);
    const records = new Map([...made.records].map(([key, one]) => [key, { ...one, status }]));
    return { ...made, records };
  };
  const desired = template('1.0.0', [resource('a')]);

  test.for(['creating', 'changing', 'removing', 'unknown'] as const)(
    'is never left alone, nor touched where nobody can find out: %s',
    (status) => {
      const [only] = plan(desired, world(status).records).resources;
      expect(only).toMatchObject({
        action: 'change',
        reason: 'its last attempt has an unknown outcome: inspected first',
      });
      for (const wanted of [desired, null]) {
        expect(() => plan(wanted, world(status).records, { canInspect: false })).toThrow(
          expect.objectContaining({ code: 'RESOURCE_UNKNOWN' }),
        );
      }
    },
  );

  test('differs from one whose last attempt failed: that is built again', () => {
    const [only] = plan(desired, world('failed').records, { canInspect: false }).resources;
    expect(only).toMatchObject({ action: 'change', reason: 'its last attempt did not finish' });
  });
});

describe('a count', () => {
  const counted = (count: string) => template('1.0.0', [resource('a', { count })]);

  test.for(['${parameters.size}', '${"3"}', '${-1}', '${1.5}', '${true}'])(
    'is refused where it is no number of resources: %s',
    (count) => {
      const options = { parameters: { size: null } };
      expect(() => plan(counted(count), new Map(), options)).toThrow(
        expect.objectContaining({ code: 'EXPRESSION_FAILED' }),
      );
    },
  );

  test('beyond the limit is refused before anything is made of it', () => {
    for (const size of [11, 4_000_000_000, 1e300]) {
      expect(() =>
        plan(counted('${parameters.size}'), new Map(), {
          parameters: { size },
          limits: { resourcesPerEnvironmentMax: 10 },
        }),
      ).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
    }
  });

  test('is bounded over all resources together', () => {
    const desired = template('1.0.0', [resource('a', { count: 6 }), resource('b', { count: 5 })]);
    const options = { limits: { resourcesPerEnvironmentMax: 10 } };
    expect(() => plan(desired, new Map(), options)).toThrow(/more than 10 resources/);
    expect(
      plan(desired, new Map(), { limits: { resourcesPerEnvironmentMax: 11 } }).summary,
    ).toEqual({ create: 11, change: 0, remove: 0, unchanged: 0 });
  });
});

test('why a resource is built again names what changed, and not more than a person can read', () => {
  const before = template('1.0.0', [
    resource('a', { with: { size: 1, deep: { one: 1, two: 2 }, old: true, same: [1] } }),
    resource('files', { contentDigest: 'sha256:1' }),
  ]);
  const after = template('2.0.0', [
    resource('a', { with: { size: 2, deep: { one: 9, two: 8 }, same: [1] } }),
    resource('files', { contentDigest: 'sha256:2' }),
  ]);
  const found = plan(after, buildWorld(before, PARAMETERS).records);
  expect(found.resources.map(({ id, reason }) => [id, reason])).toEqual([
    ['a', 'size, deep.one, deep.two and 1 more changed'],
    ['files', 'its files changed'],
  ]);
});
