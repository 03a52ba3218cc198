import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import type { NestedTemplate, Template } from '../../../src/model/template.ts';
import { openHouse } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { plan } from '../../support/plan.ts';
import { buildWorld } from '../../support/planned-world.ts';
import { resource, template } from '../../support/templates.ts';

const REFERENCE = { name: 'inner', version: '1.0.0', digest: 'sha256:inner' };

function nested(parameters: JsonObject, more: Partial<NestedTemplate> = {}): NestedTemplate {
  return {
    prefix: 'inner',
    parent: '',
    template: REFERENCE,
    schema: {
      type: 'object',
      properties: {
        early: { type: 'integer', default: 7 },
        late: { type: 'string' },
      },
    },
    parameters,
    outputs: [
      { name: 'early', description: '', value: '${parameters.early}', secret: false },
      { name: 'made', description: '', value: '${resources.a.outputs.x}', secret: false },
    ],
    ...more,
  };
}

/** `first` outside, `inner/a` and `inner/b` inside, `last` outside again. */
function composed(parameters: JsonObject): Template {
  const inside = { prefix: 'inner', source: REFERENCE };
  return template(
    '1.0.0',
    [
      resource('first', { with: { x: '${parameters.x}' } }),
      resource('inner/a', {
        ...inside,
        needs: ['first'],
        with: { x: '${parameters.late}', early: '${parameters.early}' },
      }),
      resource('inner/b', {
        ...inside,
        needs: ['first'],
        with: { early: '${parameters.early}' },
      }),
      resource('inner/c', {
        ...inside,
        needs: ['inner/a'],
        with: { members: '${groups.all.map(m, m.id + m.outputs.x)}' },
      }),
      resource('last', {
        needs: ['inner/b', 'inner/c'],
        with: {
          early: '${resources.inner.outputs.early}',
          made: '${resources.inner.outputs.made}',
        },
      }),
    ],
    {
      parameters: { type: 'object', properties: { x: { type: 'string', default: 'one' } } },
      nested: [nested(parameters)],
      groups: [{ name: 'inner/all', description: '', tags: [], resources: ['inner/a'] }],
    },
  );
}

describe('a plan of nested templates', () => {
  test('knows what they are given as soon as it is known, each parameter by itself', () => {
    const desired = composed({ late: '${resources.first.outputs.x}' });
    const { resources } = plan(desired, new Map(), { parameters: { x: 'one' } });
    expect(resources.map(({ address, spec }) => [address, spec])).toEqual([
      ['first[0]', { x: 'one' }],
      ['inner/a[0]', null],
      ['inner/b[0]', { early: 7 }],
      ['inner/c[0]', null],
      ['last[0]', null],
    ]);
  });

  test('refuses what does not fit their parameters', () => {
    const desired = composed({ early: '${parameters.x}' });
    expect(() => plan(desired, new Map(), { parameters: { x: 'one' } })).toThrow(
      /parameters do not fit template inner@1\.0\.0, which makes inner: early: expected a whole number/,
    );
  });
});

describe('a run of nested templates', () => {
  test('passes values in and out, and records each resource with the template it is from', async () => {
    const ledger = createLedger();
    const house = await openHouse(ledger);
    await house.publish(composed({ late: '${resources.first.outputs.x}' }));
    const ended = await house.run({
      type: 'environment.create',
      data: { name: 'one', template: 'sample' },
    });
    expect(ended.status).toBe('succeeded');
    const last = await house.store.get('resources', 'one/last[0]');
    expect(last?.value.spec).toEqual({ early: 7, made: 'one' });
    const third = await house.store.get('resources', 'one/inner/c[0]');
    expect(third?.value.spec).toEqual({ members: ['aone'] });
    const inner = await house.store.get('resources', 'one/inner/a[0]');
    expect(inner?.value).toMatchObject({ id: 'inner/a', label: 'inner/a', template: REFERENCE });
  });
});

describe('a resource with another id', () => {
  const before = template('1.0.0', [
    resource('a', { count: 2, with: { x: 1 } }),
    resource('b', { needs: ['a'], with: { x: 2 } }),
  ]);
  const after = template('1.1.0', [
    resource('z', { count: 2, with: { x: 1 }, movedFrom: ['gone', 'a'] }),
    resource('b', { needs: ['z'], with: { x: 2 } }),
  ]);

  test('is left as it is, and what needed it needs it under its new id', () => {
    const { resources, moves } = plan(after, buildWorld(before, {}).records);
    expect(resources.map(({ address, action, movedFrom }) => [address, action, movedFrom])).toEqual(
      [
        ['z[0]', 'leave', 'a[0]'],
        ['z[1]', 'leave', 'a[1]'],
        ['b[0]', 'leave', null],
      ],
    );
    const told = moves.map(({ from, to }) => [from.address, to.address, to.identity, to.dependsOn]);
    expect(told).toEqual([
      ['a[0]', 'z[0]', 'a[0]', []],
      ['a[1]', 'z[1]', 'a[1]', []],
      ['b[0]', 'b[0]', 'b[0]', ['z[0]', 'z[1]']],
    ]);
  });

  test('is new where nothing is recorded under its old ids, and says so', () => {
    const mistyped = template('1.1.0', [resource('z', { movedFrom: ['aa'] })]);
    const { resources } = plan(mistyped, buildWorld(before, {}).records);
    expect(resources[0]).toMatchObject({
      action: 'create',
      reason: 'new: nothing is recorded as aa (movedFrom)',
    });
  });

  test('is built anew where the template still uses the old id', () => {
    const both = template('1.1.0', [...after.resources, ...before.resources.slice(0, 1)]);
    const { resources, moves } = plan(both, buildWorld(before, {}).records);
    expect(moves).toEqual([]);
    expect(resources.find(({ id }) => id === 'z')?.action).toBe('create');
  });

  test('keeps its identity, so that a new resource under its old id gets another', () => {
    const moved = plan(after, buildWorld(before, {}).records).moves.map(({ to }) => to);
    const recorded = new Map(moved.map((record) => [record.address, record]));
    const again = template('1.2.0', [...after.resources, ...before.resources.slice(0, 1)]);
    const { resources } = plan(again, recorded);
    expect(resources.filter(({ id }) => id === 'a').map(({ identity }) => identity)).toEqual([
      'a[0]~2',
      'a[1]~2',
    ]);
  });

  test('is moved with its state in the transaction of the plan, and can be removed afterwards', async () => {
    const ledger = createLedger();
    const house = await openHouse(ledger);
    const x = (id: string, movedFrom: string[]) => resource(id, { with: { x: 1 }, movedFrom });
    await house.publish(template('1.0.0', [x('a', [])]));
    await house.publish(template('1.1.0', [x('z', ['a'])]));
    await house.run({
      type: 'environment.create',
      data: { name: 'one', template: 'sample@1.0.0' },
    });
    const update = await house.run({
      type: 'environment.update',
      data: { name: 'one', template: 'sample@1.1.0' },
    });
    expect(update).toMatchObject({ status: 'succeeded', summary: { unchanged: 1 } });
    expect(await house.store.get('resources', 'one/a[0]')).toBeUndefined();
    const moved = await house.store.get('resources', 'one/z[0]');
    expect(moved?.value).toMatchObject({ address: 'z[0]', identity: 'a[0]', label: 'z' });
    expect(ledger.done('apply')).toEqual(['one/a[0]']);
  });
});

describe('what is protected', () => {
  const guarded = template('1.0.0', [resource('a', { protect: '${parameters.keep}' })], {
    parameters: { type: 'object', properties: { keep: { type: 'boolean', default: true } } },
  });

  test('by a parameter is removed once the parameter says so, and nothing else has to change', async () => {
    const ledger = createLedger();
    const house = await openHouse(ledger);
    await house.publish(guarded);
    await house.run({ type: 'environment.create', data: { name: 'one', template: 'sample' } });
    const destroy = { type: 'environment.destroy', data: { name: 'one' } } as const;
    await expect(house.run(destroy)).rejects.toThrow('a is protected and would be removed');
    expect((await house.store.get('environments', 'one'))?.value.status).toBe('ok');
    await house.run({
      type: 'environment.update',
      data: { name: 'one', parameters: { keep: false } },
    });
    expect((await house.run(destroy)).status).toBe('succeeded');
    expect(ledger.done('apply')).toEqual(['one/a[0]']);
  });

  test('is an environment too: it refuses the command until an update takes that off', async () => {
    const house = await openHouse(createLedger());
    await house.publish(template('1.0.0', [resource('a')]));
    await house.run({
      type: 'environment.create',
      data: { name: 'one', template: 'sample', protect: true },
    });
    const destroy = { type: 'environment.destroy', data: { name: 'one' } } as const;
    await expect(house.run(destroy)).rejects.toThrow('--no-protect');
    await house.run({ type: 'environment.update', data: { name: 'one', protect: false } });
    expect((await house.run(destroy)).status).toBe('succeeded');
  });
});

describe('a resource of which there is none', () => {
  const desired = template('1.0.0', [
    resource('slow', { with: { x: 'made' } }),
    resource('none', { count: 0, needs: ['slow'] }),
    resource('last', { needs: ['none'], with: { x: 1 } }),
  ]);

  test('keeps the order: what needs it comes after what it would have needed', async () => {
    const { resources } = plan(desired, new Map());
    expect(resources.map(({ address, after }) => [address, after])).toEqual([
      ['slow[0]', []],
      ['last[0]', ['slow[0]']],
    ]);
    const house = await openHouse(createLedger());
    await house.publish(desired);
    await house.run({ type: 'environment.create', data: { name: 'one', template: 'sample' } });
    const last = await house.store.get('resources', 'one/last[0]');
    expect(last?.value.dependsOn).toEqual(['slow[0]']);
  });
});
