import { describe, expect, test } from 'vitest';
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
