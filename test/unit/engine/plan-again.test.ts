import { expect, test } from 'vitest';
import { planAgain } from '../../../src/engine/preview.ts';
import { openRoom } from '../../support/room.ts';
import { resource, template } from '../../support/templates.ts';

test('a run under way is planned again as it was, with what its steps are to be', async () => {
  const room = await openRoom();
  const parameters = { type: 'object', properties: { size: { type: 'integer', default: 1 } } };
  await room.publish(
    template(
      '1.0.0',
      [
        resource('first', { with: { size: '${parameters.size}' } }),
        resource('second', { needs: ['first'], with: { of: '${environment.name}' } }),
      ],
      { parameters },
    ),
  );
  const data = { name: 'shop', template: 'sample@1.0.0', parameters: { size: 4 } };
  const runId = await room.send({ type: 'environment.create', data });
  await room.clock.advance(1_000);
  const step = await room.step(runId, 'second[0]');
  expect(step).toMatchObject({ status: 'pending', spec: null });
  const again = await planAgain(room.context, await room.run(runId));
  expect(again.resources).toMatchObject([
    { address: 'first[0]', action: 'create', spec: { size: 4 } },
    { address: 'second[0]', action: 'create', spec: { of: 'shop' } },
  ]);
});
