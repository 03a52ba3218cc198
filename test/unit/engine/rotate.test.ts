import { describe, expect, test } from 'vitest';
import type { Command } from '../../../src/bus/messages/commands.ts';
import type { Report } from '../../../src/model/order.ts';
import type { ResourceTemplate } from '../../../src/model/template.ts';
import { openHouse } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { failure } from '../../support/records.ts';
import { resource, template } from '../../support/templates.ts';
import { applied, LEFT, workerSide } from '../../support/worker-side.ts';

const RESOURCES = [
  resource('password'),
  resource('database', {
    needs: ['password'],
    with: { version: '${resources.password.outputs.version}' },
  }),
  // Needs the one that is rotated, but nothing that changes with it.
  resource('note', { needs: ['password'], with: { of: '${resources.password.outputs.of}' } }),
  resource('web', { needs: ['database'], with: { size: 1 } }),
  resource('key', { count: 2 }),
  resource('vault/secret'),
  resource('plain', { with: { generates: false } }),
];

const create: Command = { type: 'environment.create', data: { name: 'one', template: 'sample' } };
const rotate = (...names: string[]) =>
  ({ type: 'environment.update', data: { name: 'one', rotate: names } }) satisfies Command;

async function world(resources: ResourceTemplate[] = RESOURCES) {
  const ledger = createLedger();
  const house = await openHouse(ledger);
  await house.publish(template('1.0.0', resources));
  await house.run(create);
  return { ledger, house };
}

const NOTHING_NEW = { differences: [], outputs: {}, ...LEFT };

describe('a rotation', () => {
  test('makes a new version, and only what reads that version runs after it', async () => {
    const { ledger, house } = await world();
    const before = ledger.done('apply').length;
    const ended = await house.run(rotate('password'));
    expect(ended).toMatchObject({ status: 'succeeded', summary: { rotate: 1, decide: 2 } });
    expect(ledger.done('rotate')).toEqual(['one/password[0]']);
    expect(ledger.done('apply').slice(before)).toEqual(['one/database[0]']);
    const results = (await house.steps(ended.id)).map(({ label, result }) => [label, result]);
    expect(Object.fromEntries(results)).toEqual({
      password: 'rotated',
      database: 'changed',
      note: 'unchanged',
    });
    const { value } = (await house.store.get('resources', 'one/password[0]')) ?? {};
    expect(value).toMatchObject({ status: 'ok', outputs: { version: 2 } });
  });

  test('is shown beforehand, with what waits for its outcome', async () => {
    const { house } = await world();
    const { resources } = await house.engine.preview(rotate('password'));
    expect(resources.map(({ label, action }) => [label, action])).toEqual(
      expect.arrayContaining([
        ['password', 'rotate'],
        ['database', 'decide'],
        ['web', 'leave'],
      ]),
    );
  });

  test('is of all indices, or of one', async () => {
    const { ledger, house } = await world();
    await house.run(rotate('key'));
    expect(ledger.done('rotate').toSorted()).toEqual(['one/key[0]', 'one/key[1]']);
    await house.run(rotate('key[1]', 'key[1]'));
    expect(ledger.done('rotate')).toHaveLength(3);
  });

  test('is not made twice by a retry that goes on behind it', async () => {
    const { ledger, house } = await world();
    ledger.behave('one/database[0]', { failures: 1 });
    const failed = await house.run(rotate('password'));
    const retried = await house.run({ type: 'run.retry', data: { run: failed.id } });
    expect(retried).toMatchObject({ status: 'succeeded', asked: { rotate: [] } });
    expect(ledger.done('rotate')).toHaveLength(1);
    const { value } = (await house.store.get('resources', 'one/database[0]')) ?? {};
    expect(value?.outputs).toMatchObject({ version: 2 });
  });

  test('that failed is what a retry makes', async () => {
    const { ledger, house } = await world();
    ledger.behave('one/password[0]', { failures: 1 });
    const failed = await house.run(rotate('password'));
    await house.run({ type: 'run.retry', data: { run: failed.id } });
    expect(ledger.done('rotate')).toEqual(['one/password[0]']);
  });

  test.for([
    ['plain', 'ROTATION_INVALID', 'generates nothing'],
    ['pasword', 'RESOURCE_NOT_FOUND', 'Did you mean "password"?'],
    ['zzz', 'RESOURCE_NOT_FOUND', 'What can be rotated: password, '],
    ['secret', 'RESOURCE_NOT_FOUND', 'Did you mean "vault/secret"?'],
  ])('of %s is refused: %s', async ([name = '', code, said]) => {
    const { house } = await world();
    const answer = await house.engine.submit(rotate(name), { source: 'test', id: '1' });
    expect(answer).toMatchObject({ code, message: expect.stringContaining(said ?? '') });
  });

  test('of what is not there yet is refused', async () => {
    const { house } = await world([resource('other')]);
    await house.publish(template('2.0.0', [resource('password')]));
    const data = { name: 'one', template: 'sample@2.0.0', rotate: ['password'] };
    const command: Command = { type: 'environment.update', data };
    const answer = await house.engine.submit(command, { source: 'test', id: '1' });
    expect(answer).toMatchObject({ code: 'ROTATION_INVALID' });
  });

  test('of which nobody knows how it ended is ordered again under its step, whatever is found', async () => {
    const side = await workerSide([resource('a')]);
    await side.desk.report((await side.begin()).claim, applied());
    await side.room.clock.advance(1_000);
    const runId = await side.room.send(rotate('a'));
    const first = await side.begin();
    expect(first.order).toMatchObject({ operation: 'rotate', runId });
    const killed = failure('killed');
    await side.desk.report(first.claim, { kind: 'unknown', failure: killed, remains: null });
    const look = await side.begin();
    expect(look.order.operation).toBe('inspect');
    const found: Report = { kind: 'inspected', finding: 'present', ...NOTHING_NEW };
    await side.desk.report(look.claim, found);
    const again = await side.begin();
    expect(again.order).toMatchObject({ operation: 'rotate', runId });
    await side.desk.report(again.claim, applied());
    expect(await side.room.step(runId, 'a[0]')).toMatchObject({ result: 'rotated' });
  });
});
