import { describe, expect, test } from 'vitest';
import type { ResourceTemplate, StatusEndpoint } from '../../../src/model/template.ts';
import { openHouse } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { resource, template } from '../../support/templates.ts';

const chain = (version: string, ...ids: string[]) =>
  template(
    version,
    ids.map((id, at) => {
      const before = at === 0 ? [] : [ids[at - 1] ?? ''];
      return resource(id, { needs: before, with: { name: id } });
    }),
  );

/** What each transaction told, as far as it is about the end of steps and runs. */
async function endsOf(...resources: ResourceTemplate[]): Promise<string[]> {
  const { publish, run, store } = await openHouse(createLedger());
  await publish(template('1.0.0', resources));
  const told: string[] = [];
  store.watch(({ events }) => {
    const ends = events.map(({ type }) => type).filter((type) => ENDS.includes(type));
    if (ends.length > 0) told.push(ends.join(' and '));
  });
  await run({ type: 'environment.create', data: { name: 'one', template: 'sample' } });
  return told;
}

const ENDS: readonly string[] = ['step.succeeded', 'environment.ok', 'run.succeeded'];

describe('the end of a run', () => {
  test('is recorded with its last report, where nobody has to be asked whether it lives', async () => {
    expect(await endsOf(resource('a'), resource('b', { needs: ['a'] }))).toEqual([
      'step.succeeded',
      'step.succeeded and environment.ok and run.succeeded',
    ]);
  });

  test('waits for the answers of status endpoints', async () => {
    const lives: StatusEndpoint = {
      kind: 'tcp',
      target: '127.0.0.1:1',
      expectStatus: [],
      timeoutSeconds: 5,
      intervalSeconds: 1,
    };
    expect(await endsOf(resource('a', { statusEndpoints: [lives] }))).toEqual([
      'step.succeeded',
      'environment.ok and run.succeeded',
    ]);
  });
});

describe('a create', () => {
  test('makes what comes first first, and the environment ends ok', async () => {
    const ledger = createLedger();
    const { publish, run, store, engine } = await openHouse(ledger);
    await publish(chain('1.0.0', 'a', 'b', 'c'));
    const ended = await run({
      type: 'environment.create',
      data: { name: 'one', template: 'sample@1.0.0' },
    });
    expect(ended).toMatchObject({ status: 'succeeded', summary: { create: 3, unchanged: 0 } });
    expect(ledger.done('apply')).toEqual(['one/a[0]', 'one/b[0]', 'one/c[0]']);
    const environment = await store.get('environments', 'one');
    expect(environment?.value).toMatchObject({ status: 'ok', activeRunId: null, resourceCount: 3 });
    expect(engine.validationWaits(ended.id)).toEqual([]);
  });

  test('passes outputs along, counts instances and resolves outputs and entrypoints', async () => {
    const ledger = createLedger();
    const { publish, run, store } = await openHouse(ledger);
    await publish(
      template(
        '1.0.0',
        [
          resource('web', { count: '${parameters.replicas}', with: { index: '${self.index}' } }),
          resource('door', {
            needs: ['web'],
            with: { to: '${resources.web.map(w, w.outputs.index)}' },
          }),
        ],
        {
          parameters: { type: 'object', properties: { replicas: { type: 'integer', default: 3 } } },
          outputs: [
            { name: 'to', description: '', value: '${resources.door.outputs.to}', secret: false },
          ],
          entrypoints: [
            { name: 'main', description: '', url: 'http://x/${resources.web[2].outputs.index}' },
          ],
        },
      ),
    );
    await run({ type: 'environment.create', data: { name: 'one', template: 'sample' } });
    const environment = await store.get('environments', 'one');
    expect(environment?.value).toMatchObject({
      status: 'ok',
      outputs: { to: [0, 1, 2] },
      entrypoints: [{ name: 'main', url: 'http://x/2' }],
      resourceCount: 4,
    });
  });
});
