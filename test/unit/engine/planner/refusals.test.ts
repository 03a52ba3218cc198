import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../../src/engine/planner/plan.ts';
import { addressOf } from '../../../../src/model/address.ts';
import type { ResourceRecord } from '../../../../src/model/resource.ts';
import { PARAMETERS, plan } from '../../../support/plan.ts';
import { buildWorld, type World } from '../../../support/planned-world.ts';
import { resource as record } from '../../../support/records.ts';
import { resource, template } from '../../../support/templates.ts';

const addresses = (resources: Plan['resources']) => resources.map(({ address }) => address);

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
    ).toMatchObject({ create: 11, unchanged: 0 });
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
