import { describe, expect, test } from 'vitest';
import type { Command } from '../../../src/bus/messages/commands.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { type House, openHouse } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { failure } from '../../support/records.ts';
import { resource, template } from '../../support/templates.ts';
import { applied, LEFT, workerSide } from '../../support/worker-side.ts';

const sample = template('1.0.0', [
  resource('database', { with: { size: 1 } }),
  resource('web', { count: 2, needs: ['database'] }),
]);

type Adopt = Record<string, JsonObject | null>;

const create = (adopt: Adopt) =>
  ({
    type: 'environment.create',
    data: { name: 'one', template: 'sample', adopt },
  }) satisfies Command;
const update = (adopt?: Adopt): Command => ({
  type: 'environment.update',
  data: { name: 'one', ...(adopt === undefined ? {} : { adopt }) },
});

async function world(...existing: string[]) {
  const ledger = createLedger();
  for (const address of existing) ledger.existing.set(`one/${address}`, 'of old');
  const house = await openHouse(ledger);
  await house.publish(sample);
  return { ledger, house };
}

const adopting = async ({ store }: House) =>
  (await store.get('resources', 'one/database[0]'))?.value.adopting;

const resultsOf = async ({ steps }: House, runId: string) =>
  Object.fromEntries((await steps(runId)).map(({ label, result }) => [label, result]));

describe('what exists already', () => {
  test('is adopted where it is named, and the rest is made', async () => {
    const { ledger, house } = await world('database[0]', 'web[1]');
    const ended = await house.run(create({ database: { id: 'db-1' }, 'web[1]': {} }));
    expect(ended).toMatchObject({
      status: 'succeeded',
      summary: { create: 1, adopt: 2, change: 0 },
    });
    expect(await resultsOf(house, ended.id)).toEqual({
      database: 'adopted',
      'web[0]': 'created',
      'web[1]': 'adopted',
    });
    expect(ledger.done('adopt')).toEqual(['one/database[0]', 'one/web[1]']);
    expect(ledger.done('apply')).toEqual(['one/web[0]']);
    expect(await adopting(house)).toBeNull();
    const events = await house.store.events({ scope: 'one', limit: 1_000 });
    const told = events.filter(({ event }) => event.data.action === 'adopt');
    expect(told.map(({ event }) => event.type)).toContain('step.succeeded');
  });

  test('is unchanged from then on, and goes with the environment', async () => {
    const { ledger, house } = await world('database[0]');
    await house.run(create({ database: {} }));
    expect((await house.run(update())).summary).toMatchObject({ unchanged: 3 });
    await house.run({ type: 'environment.destroy', data: { name: 'one' } });
    expect([...ledger.existing.keys()]).toEqual([]);
  });

  test('shows in a plan as an action of its own', async () => {
    const { house } = await world();
    const plan = await house.engine.preview(create({ database: { id: 'db-1' } }));
    expect(plan.resources.map(({ label, action }) => [label, action])).toEqual([
      ['database', 'adopt'],
      ['web[0]', 'create'],
      ['web[1]', 'create'],
    ]);
    expect(plan.resources[0]).toMatchObject({ adopt: { id: 'db-1' }, reason: 'exists already' });
  });
});

describe('an adoption that does not succeed', () => {
  test('makes nothing, and is what the next run and a retry go on with', async () => {
    const { ledger, house } = await world();
    const first = await house.run(create({ database: { id: 'db-1' } }));
    expect(first).toMatchObject({ status: 'failed' });
    expect(await adopting(house)).toEqual({ id: 'db-1' });
    const second = await house.run(update());
    expect(second).toMatchObject({ status: 'failed', summary: { adopt: 1, create: 2 } });
    expect(ledger.done('apply')).toEqual([]);
    ledger.existing.set('one/database[0]', 'of old');
    const third = await house.run({ type: 'run.retry', data: { run: second.id } });
    expect(third).toMatchObject({ status: 'succeeded' });
    expect(await resultsOf(house, third.id)).toMatchObject({ database: 'adopted' });
    expect(await adopting(house)).toBeNull();
  });

  test('can be described in another way, or given up', async () => {
    const { ledger, house } = await world();
    await house.run(create({ database: { id: 'db-1' } }));
    await house.run(update({ database: { id: 'db-2' } }));
    expect(await adopting(house)).toEqual({ id: 'db-2' });
    const ended = await house.run(update({ database: null }));
    expect(ended).toMatchObject({ status: 'succeeded', summary: { create: 3, adopt: 0 } });
    expect(ledger.done('apply')).toContain('one/database[0]');
    expect(await adopting(house)).toBeNull();
  });

  test('leaves what is there alone when the environment is destroyed', async () => {
    const { ledger, house } = await world('database[0]');
    ledger.behave('one/database[0]', { failures: 1 });
    await house.run(create({ database: {} }));
    const ended = await house.run({ type: 'environment.destroy', data: { name: 'one' } });
    expect(ended).toMatchObject({ status: 'succeeded', summary: { remove: 1 } });
    expect(ledger.done('destroy')).toEqual([]);
    expect(ledger.existing.has('one/database[0]')).toBe(true);
    expect(await house.store.find('resources')).toEqual([]);
  });

  test.for(['run.retry', 'environment.update'] as const)(
    'or never began is what the next run makes good: %s',
    async (type) => {
      const { ledger, house } = await world('web[0]');
      ledger.behave('one/database[0]', { failures: 1 });
      const first = await house.run(create({ 'web[0]': { id: 'w' } }));
      const next: Command = { type: 'run.retry', data: { run: first.id } };
      const ended = await house.run(type === 'run.retry' ? next : update());
      expect(ended).toMatchObject({ status: 'succeeded', summary: { adopt: 1 } });
      expect(ledger.done('adopt')).toEqual(['one/web[0]']);
      const environment = (await house.store.get('environments', 'one'))?.value;
      expect(environment?.adopting).toEqual({});
    },
  );

  test('that never began can be given up as well', async () => {
    const { ledger, house } = await world('web[0]');
    ledger.behave('one/database[0]', { failures: 1 });
    await house.run(create({ 'web[0]': {} }));
    await house.run(update({ 'web[0]': null }));
    expect(ledger.done('adopt')).toEqual([]);
    expect(ledger.done('apply')).toContain('one/web[0]');
  });

  test('is not lost with a plan that was refused', async () => {
    const { ledger, house } = await world('database[0]');
    const guarded = resource('guarded', { protect: true });
    await house.publish(template('2.0.0', [guarded]));
    await house.publish(template('3.0.0', [resource('database')]));
    await house.publish(template('4.0.0', [resource('database'), guarded]));
    const at = (version: string) => ({ name: 'one', template: `sample@${version}` });
    await house.run({ type: 'environment.create', data: at('2.0.0') });
    const adopt = { database: {} };
    const refused = { type: 'environment.update', data: { ...at('3.0.0'), adopt } } as const;
    expect(await house.run(refused)).toMatchObject({ status: 'failed', summary: null });
    await house.run({ type: 'environment.update', data: at('4.0.0') });
    expect(ledger.done('adopt')).toEqual(['one/database[0]']);
    expect(ledger.done('apply')).toEqual(['one/guarded[0]']);
  });
});

describe('what could not be made and left nothing', () => {
  const failedOnce = async () => {
    const { ledger, house } = await world('database[0]');
    ledger.behave('one/database[0]', { failures: 1 });
    await house.run({ type: 'environment.create', data: { name: 'one', template: 'sample' } });
    return { ledger, house };
  };

  test('may be adopted', async () => {
    const { ledger, house } = await failedOnce();
    const ended = await house.run(update({ database: { id: 'db-1' } }));
    expect(ended).toMatchObject({ status: 'succeeded', summary: { adopt: 1, create: 2 } });
    expect(ledger.done('adopt')).toEqual(['one/database[0]']);
    expect(ledger.done('apply')).not.toContain('one/database[0]');
  });

  test('may not once something may have been left', async () => {
    const { house } = await failedOnce();
    const stored = await house.store.get('resources', 'one/database[0]');
    if (stored === undefined) throw new Error('nothing is recorded');
    const value = { ...stored.value, record: { key: 'one/database[0]' } };
    await house.store.commit({
      scope: 'one',
      expect: [],
      writes: [{ kind: 'put', collection: 'resources', key: 'one/database[0]', value }],
      events: [],
    });
    const answer = await house.engine.submit(update({ database: {} }), { source: 't', id: '1' });
    expect(answer).toMatchObject({
      code: 'ADOPTION_REFUSED',
      message: expect.stringContaining('biotope environment destroy one'),
    });
  });
});

describe('an adoption is refused before a run', () => {
  const refusals: [string, Adopt, string, string][] = [
    ['of a name like another', { databse: {} }, 'RESOURCE_NOT_FOUND', 'Did you mean "database"?'],
    ['of an index that there is not', { 'web[2]': {} }, 'RESOURCE_NOT_FOUND', '"web[2]"'],
    ['of several under one name', { web: {} }, 'ADOPTION_INVALID', 'name one, such as web[0]'],
    ['as its executor judges', { database: { wrong: 1 } }, 'ADOPTION_INVALID', 'database cannot'],
  ];

  test.for(refusals)('%s', async ([, adopt, code, said]) => {
    const { house } = await world();
    const answer = await house.engine.submit(create(adopt), { source: 'test', id: '1' });
    expect(answer).toMatchObject({ outcome: 'rejected', code });
    expect(answer).toMatchObject({ message: expect.stringContaining(said) });
  });

  test('of what is recorded already; in a line it is the plan that says so', async () => {
    const { house } = await world('database[0]');
    const begun = await house.send(create({ database: {} }));
    const behind = await house.send(update({ database: {} }));
    await house.ended(begun);
    expect((await house.ended(behind)).failure).toMatchObject({ code: 'ADOPTION_REFUSED' });
    const answer = await house.engine.submit(update({ database: {} }), { source: 't', id: '1' });
    expect(answer).toMatchObject({ outcome: 'rejected', code: 'ADOPTION_REFUSED' });
  });

  test('where the executor has no way to', async () => {
    const { house, ledger } = await world();
    delete ledger.definitions.get('ledger')?.checkAdoption;
    const answer = await house.engine.submit(create({ database: {} }), { source: 't', id: '1' });
    expect(answer).toMatchObject({ code: 'ADOPTION_INVALID' });
  });
});

describe('an adoption of which nobody knows how it ended', () => {
  const lost = { kind: 'unknown', failure: failure('killed'), remains: null } as const;
  const inspected = (finding: 'present' | 'absent') => {
    const rest = { differences: [], outputs: { id: 'db-1' }, ...LEFT };
    return { kind: 'inspected', finding, ...rest } as const;
  };
  const begin = () => workerSide([resource('a')], { adopt: { a: { id: 'db-1' } } });

  test('is inspected, and done where it is there', async () => {
    const side = await begin();
    const first = await side.begin();
    expect(first.grant).toMatchObject({ order: { operation: 'adopt' }, adopt: { id: 'db-1' } });
    await side.desk.report(first.claim, lost);
    const look = await side.begin();
    expect(look.order.operation).toBe('inspect');
    await side.desk.report(look.claim, inspected('present'));
    const step = await side.room.step(side.runId, 'a[0]');
    expect(step).toMatchObject({ status: 'succeeded', result: 'adopted' });
  });

  test('is begun again where nothing was taken', async () => {
    const side = await begin();
    await side.desk.report((await side.begin()).claim, lost);
    await side.desk.report((await side.begin()).claim, inspected('absent'));
    const again = await side.begin();
    expect(again.grant).toMatchObject({ order: { operation: 'adopt' }, adopt: { id: 'db-1' } });
    await side.desk.report(again.claim, applied());
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ result: 'adopted' });
  });
});
