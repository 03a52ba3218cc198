import { describe, expect, test } from 'vitest';
import { resource } from '../../../support/templates.ts';
import { applied, LEFT, type WorkerSide, workerSide } from '../../../support/worker-side.ts';

const sample = [resource('a'), resource('b', { needs: ['a'] })];

const stateOf = async ({ room }: WorkerSide, key = 'one/a[0]') =>
  (await room.context.store.get('states', key))?.value.sealed;

describe('a claim', () => {
  test('lasts as long as its heartbeats come, however long the work takes', async () => {
    const side = await workerSide(sample);
    const { claim } = await side.begin();
    for (let beat = 0; beat < 20; beat += 1) {
      await side.room.clock.advance(14_000);
      expect(await side.desk.heartbeat(claim)).toBe('go-on');
    }
    expect(await side.desk.report(claim, applied())).toBe('recorded');
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ attempt: 1 });
  });

  test('that is lost admits nothing any more, and the last state is kept as evidence', async () => {
    const side = await workerSide(sample);
    const { claim } = await side.begin();
    await side.desk.checkpoint(claim, 's1');
    await side.room.clock.advance(16_000);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({
      status: 'dispatched',
      operation: 'inspect',
      claim: null,
    });
    expect(await side.desk.heartbeat(claim)).toBe('stop');
    await expect(side.desk.checkpoint(claim, 's2')).rejects.toMatchObject({
      code: 'CLAIM_REFUSED',
    });
    const late = applied({ sealedState: 's3' });
    expect(await side.desk.report(claim, late)).toBe('refused');
    expect(await side.desk.report(claim, late)).toBe('refused');
    expect(await stateOf(side)).toBe('s1');
    expect(await stateOf(side, `one/a[0]!${claim.claimToken}`)).toBe('s3');
    const { store } = side.room.context;
    const told = (await store.events({ scope: 'one', limit: 100 })).filter(
      ({ event }) => event.type === 'step.report-refused',
    );
    expect(told).toHaveLength(1);
    expect((await store.get('resources', 'one/a[0]'))?.value.status).toBe('unknown');
  });

  test('leaves no evidence once its environment is gone: nothing would ever take it away', async () => {
    const side = await workerSide([resource('a')]);
    const { claim } = await side.begin();
    await side.room.clock.advance(16_000);
    await side.room.send({ type: 'run.cancel', data: { run: side.runId } });
    const found = await side.begin();
    const absent = { differences: [], outputs: {}, ...LEFT };
    await side.desk.report(found.claim, { kind: 'inspected', finding: 'absent', ...absent });
    await side.room.clock.advance(1_000);
    await side.room.send({ type: 'environment.destroy', data: { name: 'one' } });
    const last = await side.begin();
    await side.desk.report(last.claim, { kind: 'destroyed' });
    await side.room.clock.advance(1_000);
    expect(await side.desk.report(claim, applied({ sealedState: 'late' }))).toBe('refused');
    const { store } = side.room.context;
    expect((await store.get('environments', 'one'))?.value.status).toBe('destroyed');
    expect(await store.find('states')).toEqual([]);
  });

  test('of somebody who is gone is not taken over before its time', async () => {
    const side = await workerSide(sample);
    await side.begin();
    await side.room.clock.advance(14_500);
    expect(await side.room.step(side.runId, 'a[0]')).toMatchObject({ status: 'running' });
  });

  test('is no word about another step, another run or a token somebody made up', async () => {
    const side = await workerSide(sample);
    const { claim } = await side.begin();
    const wrong = [{ claimToken: 'x' }, { address: 'b[0]' }, { runId: 'run-x' }];
    for (const facts of wrong) {
      const other = { ...claim, ...facts };
      expect(await side.desk.heartbeat(other)).toBe('stop');
      await expect(side.desk.checkpoint(other, 's')).rejects.toMatchObject({
        code: 'CLAIM_REFUSED',
      });
      expect(await side.desk.report(other, applied())).toBe('refused');
    }
    expect(await stateOf(side)).toBeUndefined();
    expect(await side.desk.report(claim, applied())).toBe('recorded');
  });
});

describe('a checkpoint', () => {
  test('is kept also where a heartbeat comes in between', async () => {
    const side = await workerSide(sample);
    const { claim } = await side.begin();
    const { desk } = side.room.engine;
    for (let headStart = 0; headStart < 12; headStart += 1) {
      const beat = desk.heartbeat(claim);
      for (let turn = 0; turn < headStart; turn += 1) await Promise.resolve();
      const kept = desk.checkpoint(claim, `s${headStart}`);
      expect(await side.room.clock.finish(Promise.all([beat, kept]))).toEqual(['go-on', undefined]);
      expect(await stateOf(side)).toBe(`s${headStart}`);
    }
  });

  test('is given to whoever does the step next', async () => {
    const side = await workerSide(sample);
    const { claim } = await side.begin();
    await side.desk.checkpoint(claim, 's1');
    await side.desk.report(claim, { kind: 'cancelled', remains: null });
    const { grant } = await side.begin();
    expect(grant.prior).toMatchObject({ sealedState: 's1', record: null });
  });

  test('is overtaken by the state of the outcome', async () => {
    const side = await workerSide(sample);
    const { claim } = await side.begin();
    await side.desk.checkpoint(claim, 's1');
    await side.desk.report(claim, { kind: 'applied', outputs: {}, ...LEFT, sealedState: 's2' });
    expect(await stateOf(side)).toBe('s2');
  });
});
