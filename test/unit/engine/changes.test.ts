import { describe, expect, test } from 'vitest';
import { openHouse } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { resource, template } from '../../support/templates.ts';

const create = (name: string, version: string, parameters = {}) =>
  ({
    type: 'environment.create',
    data: { name, template: `sample@${version}`, parameters },
  }) as const;

const update = (name: string, version: string, parameters = {}) =>
  ({
    type: 'environment.update',
    data: { name, template: `sample@${version}`, parameters },
  }) as const;

describe('an update', () => {
  test('touches only what changed and what a changed output changes', async () => {
    const ledger = createLedger();
    const { publish, run } = await openHouse(ledger);
    const parameters = {
      type: 'object',
      properties: { size: { type: 'integer', default: 1 }, note: { type: 'string', default: '' } },
    };
    await publish(
      template(
        '1.0.0',
        [
          resource('base', { with: { size: '${parameters.size}' } }),
          resource('same', { needs: ['base'], with: { of: '${resources.base.outputs.of}' } }),
          resource('sized', { needs: ['base'], with: { size: '${resources.base.outputs.size}' } }),
          resource('other', { with: { note: '${parameters.note}' } }),
        ],
        { parameters },
      ),
    );
    await run(create('one', '1.0.0'));
    const before = ledger.done('apply').length;
    const again = await run(update('one', '1.0.0'));
    expect(again.summary).toEqual({
      create: 0,
      change: 0,
      adopt: 0,
      rotate: 0,
      decide: 0,
      remove: 0,
      unchanged: 4,
    });
    expect(ledger.done('apply').slice(before)).toEqual([]);

    const changed = await run(update('one', '1.0.0', { size: 2 }));
    // `same` could have changed: that was known only when `base` was done.
    expect(changed.summary).toEqual({
      create: 0,
      change: 1,
      adopt: 0,
      rotate: 0,
      decide: 2,
      remove: 0,
      unchanged: 1,
    });
    expect(ledger.done('apply').slice(before)).toEqual(['one/base[0]', 'one/sized[0]']);
  });

  test('adds before it removes, and removes dependents first', async () => {
    const ledger = createLedger();
    const { publish, run, store } = await openHouse(ledger);
    await publish(
      template('1.0.0', [
        resource('a'),
        resource('b', { needs: ['a'] }),
        resource('c', { needs: ['b'] }),
      ]),
    );
    await publish(template('2.0.0', [resource('a'), resource('d', { needs: ['a'] })]));
    await run(create('one', '1.0.0'));
    ledger.effects.length = 0;
    const ended = await run(update('one', '2.0.0'));
    expect(ended.summary).toEqual({
      create: 1,
      change: 0,
      adopt: 0,
      rotate: 0,
      decide: 0,
      remove: 2,
      unchanged: 1,
    });
    const order = ledger.effects
      .filter(({ what }) => what !== 'begin')
      .map(({ what, key }) => `${what} ${key}`);
    expect(order).toEqual(['apply one/d[0]', 'destroy one/c[0]', 'destroy one/b[0]']);
    expect((await store.get('environments', 'one'))?.value.resourceCount).toBe(2);
  });

  test('gives count: 1 the identity the resource had without a count', async () => {
    const ledger = createLedger();
    const { publish, run } = await openHouse(ledger);
    await publish(template('1.0.0', [resource('web')]));
    await publish(template('1.1.0', [resource('web', { count: 1 })]));
    await publish(template('1.2.0', [resource('web', { count: 3 })]));
    await publish(template('1.3.0', [resource('web', { count: 2 })]));
    await run(create('one', '1.0.0'));
    expect((await run(update('one', '1.1.0'))).summary).toMatchObject({ unchanged: 1, create: 0 });
    expect((await run(update('one', '1.2.0'))).summary).toMatchObject({ unchanged: 1, create: 2 });
    await run(update('one', '1.3.0'));
    expect(ledger.done('destroy')).toEqual(['one/web[2]']);
  });

  test('keeps protected resources', async () => {
    const ledger = createLedger();
    const { publish, run, store } = await openHouse(ledger);
    await publish(template('1.0.0', [resource('a'), resource('safe', { protect: true })]));
    await publish(template('2.0.0', [resource('a')]));
    await run(create('one', '1.0.0'));
    const ended = await run(update('one', '2.0.0'));
    expect(ended).toMatchObject({ status: 'failed', failure: { code: 'ENVIRONMENT_PROTECTED' } });
    expect(ledger.done('destroy')).toEqual([]);
    expect((await store.get('environments', 'one'))?.value.status).toBe('failed');
  });

  test('refuses another executor under the same id', async () => {
    const ledger = createLedger();
    const { publish, run } = await openHouse(ledger);
    await publish(template('1.0.0', [resource('a')]));
    await publish(template('2.0.0', [resource('a', { executor: 'other' })]));
    await run(create('one', '1.0.0'));
    const ended = await run(update('one', '2.0.0'));
    expect(ended).toMatchObject({ status: 'failed', failure: { code: 'EXECUTOR_CHANGED' } });
  });
});

describe('a destroy', () => {
  test('walks the recorded graph in reverse and needs no template', async () => {
    const ledger = createLedger();
    const { publish, run, store } = await openHouse(ledger);
    await publish(
      template('1.0.0', [
        resource('a'),
        resource('b', { needs: ['a'] }),
        resource('c', { needs: ['a', 'b'] }),
      ]),
    );
    await run(create('one', '1.0.0'));
    await store.commit({
      scope: '@templates',
      expect: [],
      writes: [{ kind: 'delete', collection: 'templates', key: 'sample@1.0.0' }],
      events: [],
    });
    await run({ type: 'environment.destroy', data: { name: 'one' } });
    expect(ledger.done('destroy')).toEqual(['one/c[0]', 'one/b[0]', 'one/a[0]']);
    expect(ledger.existing.size).toBe(0);
    expect((await store.get('environments', 'one'))?.value.status).toBe('destroyed');
    expect(await store.find('resources', { where: { environment: 'one' } })).toEqual([]);
  });

  test('lets the name be used again', async () => {
    const { publish, run, store } = await openHouse(createLedger());
    await publish(template('1.0.0', [resource('a')]));
    await run(create('one', '1.0.0'));
    const first = (await store.get('environments', 'one'))?.value.id;
    await run({ type: 'environment.destroy', data: { name: 'one' } });
    expect((await run(create('one', '1.0.0'))).status).toBe('succeeded');
    expect((await store.get('environments', 'one'))?.value.id).not.toBe(first);
  });
});

describe('the line in front of an environment', () => {
  test('decides by order of acceptance, also for what has not begun', async () => {
    const ledger = createLedger();
    const { publish, send, ended, engine } = await openHouse(ledger);
    await publish(template('1.0.0', [resource('a')]));
    const made = await send(create('one', '1.0.0'));
    const gone = await send({ type: 'environment.destroy', data: { name: 'one' } });
    const second = await engine.submit(update('one', '1.0.0'), { source: 'test', id: 'u' });
    expect(second).toMatchObject({ outcome: 'rejected', code: 'ENVIRONMENT_NOT_FOUND' });
    const again = await send(create('one', '1.0.0'));
    const runs = await Promise.all([made, gone, again].map(ended));
    expect(runs.map((run) => run.status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(ledger.effects.filter(({ what }) => what !== 'begin').map(({ what }) => what)).toEqual([
      'apply',
      'destroy',
      'apply',
    ]);
  });
});
