import { describe, expect, test } from 'vitest';
import { resource } from '../../support/templates.ts';
import { applied, type WorkerSide, workerSide } from '../../support/worker-side.ts';

const RESIDENT = { context: { residents: new Map([['default', 'worker-1']]) } };

const sample = [resource('a'), resource('b'), resource('c', { needs: ['a'] })];

/** Events of the environment, those of one transaction together. */
async function transactions({ room }: WorkerSide): Promise<string[][]> {
  const events = await room.context.store.events({ scope: 'one', limit: 1_000 });
  const byNumber = Map.groupBy(events, ({ event }) => event.number);
  return [...byNumber.values()].map((told) =>
    told.map(({ event }) => `${event.type} ${event.address ?? ''}`.trim()),
  );
}

describe('a worker of the same process', () => {
  test('has its claim recorded as the order is given out, and is told of it once', async () => {
    const side = await workerSide(sample, RESIDENT);
    const order = await side.nextOrder();
    expect(await transactions(side)).toContainEqual([
      'step.dispatched a[0]',
      'step.running a[0]',
      'step.dispatched b[0]',
      'step.running b[0]',
    ]);
    const grant = await side.desk.claim(order, 'worker-1');
    const { claim } = await side.room.step(side.runId, 'a[0]');
    expect(grant).toMatchObject({ claimToken: claim?.token, claimNumber: 1, prior: null });
    expect(await side.desk.claim(order, 'worker-1')).toBeUndefined();
  });

  test('is the only one that is told', async () => {
    const side = await workerSide(sample, RESIDENT);
    const order = await side.nextOrder();
    expect(await side.desk.claim(order, 'worker-2')).toBeUndefined();
    expect(await side.desk.claim({ ...order, attempt: 2 }, 'worker-1')).toBeUndefined();
    expect(await side.desk.claim(order, 'worker-1')).toBeDefined();
  });

  test('that comes after its lease has ended is not told any more', async () => {
    const side = await workerSide(sample, RESIDENT);
    const order = await side.nextOrder();
    await side.room.clock.advance(16_000);
    expect(await side.desk.claim(order, 'worker-1')).toBeUndefined();
    expect(await side.nextOrder()).toMatchObject({ operation: 'inspect' });
  });

  test('that never comes for its claim costs the step no attempt when the server leaves', async () => {
    const side = await workerSide(sample, RESIDENT);
    await side.nextOrder();
    await side.room.clock.finish(side.room.engine.stop());
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({
      status: 'pending',
      attempt: 0,
      claim: null,
      reportedClaim: null,
    });
  });
});

describe('reports that come together', () => {
  test('are recorded in one transaction with what begins after them', async () => {
    const side = await workerSide(sample, RESIDENT);
    const [a, b] = [await side.begin('a[0]'), await side.begin('b[0]')];
    const answers = await side.room.clock.finish(
      Promise.all([a, b].map(({ claim }) => side.room.engine.desk.report(claim, applied()))),
    );
    expect(answers).toEqual(['recorded', 'recorded']);
    expect(await transactions(side)).toContainEqual([
      'step.succeeded a[0]',
      'resource.recorded a[0]',
      'step.succeeded b[0]',
      'resource.recorded b[0]',
      'step.dispatched c[0]',
      'step.running c[0]',
    ]);
  });

  test('are recorded each once, also where one is brought twice', async () => {
    const side = await workerSide(sample, RESIDENT);
    const { claim } = await side.begin('a[0]');
    const report = () => side.room.engine.desk.report(claim, applied());
    const answers = await side.room.clock.finish(Promise.all([report(), report()]));
    expect(answers).toEqual(['recorded', 'recorded']);
    const ended = (await transactions(side))
      .flat()
      .filter((told) => told === 'step.succeeded a[0]');
    expect(ended).toHaveLength(1);
  });

  test('are recorded although the run was changed by somebody else meanwhile', async () => {
    const side = await workerSide(sample, RESIDENT);
    const { room, runId } = side;
    const { claim } = await side.begin('a[0]');
    const cancel = room.engine.submit(
      { type: 'run.cancel', data: { run: runId } },
      { source: 'test', id: 'cancel-1' },
    );
    const [answer] = await room.clock.finish(
      Promise.all([room.engine.desk.report(claim, applied()), cancel]),
    );
    expect(answer).toBe('recorded');
    expect(await room.step(runId, 'a[0]')).toMatchObject({ status: 'succeeded' });
    await room.clock.settle();
    expect((await transactions(side)).flat()).toContain('step.cancelled c[0]');
  });
});
