import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/platform/clock.ts';
import { FAILPOINTS, type FailpointName } from '../../../src/platform/failpoint.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { type House, openHouse, pause } from '../../support/house.ts';
import { createLedger, type Effect } from '../../support/ledger-executor.ts';
import { resource, template } from '../../support/templates.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

type Ledger = ReturnType<typeof createLedger>;

const sample = template('1.0.0', [
  resource('a'),
  resource('b', { needs: ['a'], with: { from: '${resources.a.outputs.of}' } }),
  resource('c', { needs: ['a'] }),
]);

const create = { type: 'environment.create', data: { name: 'one', template: 'sample' } } as const;

/** One world that outlives its houses: store, folder and what executors have really made. */
function world() {
  const folder = temporaryFolder();
  const store = createSqliteStore({ path: ':memory:', clock: systemClock });
  onTestFinished(async () => {
    await store.close();
  });
  return {
    store,
    open(ledger: Ledger, failpoint?: (name: FailpointName) => void): Promise<House> {
      return openHouse({
        ...ledger,
        store,
        folder,
        ...(failpoint === undefined ? {} : { failpoint }),
      });
    },
  };
}

/** A house that dies at the given visit of a failpoint. */
async function openDying(
  open: ReturnType<typeof world>['open'],
  ledger: Ledger,
  { name, visit }: { name: FailpointName; visit: number },
): Promise<House> {
  let left = visit;
  let died = false;
  const house: House = await open(ledger, (visited) => {
    if (visited !== name || --left > 0 || died) return;
    died = true;
    house.abandon();
    throw new Error('dead');
  });
  return house;
}

/** A create whose first effect was under way when its process died, and the process after it. */
async function diedUninspectable(name: FailpointName) {
  const ledger = createLedger({ canInspect: false });
  const { open } = world();
  const first = await openDying(open, ledger, { name, visit: 1 });
  await first.publish(sample);
  const runId = await first.send(create);
  await pause(60);
  return { ledger, runId, second: await open(ledger) };
}

/** A resource's effect may be repeated only after somebody has looked what the first one did. */
function blindRepetitions(effects: Effect[]): string[] {
  const applied = new Set<string>();
  const blind: string[] = [];
  for (const { what, key } of effects) {
    if (what === 'inspect' || what === 'destroy') applied.delete(key);
    if (what === 'apply' && applied.has(key)) blind.push(key);
    if (what === 'apply') applied.add(key);
  }
  return blind;
}

describe('a process that dies and is started again', () => {
  const visits = FAILPOINTS.flatMap((name) => [1, 2, 3].map((visit) => ({ name, visit })));

  test.for(visits)('at $name, visit $visit, ends what it had accepted', async ({ name, visit }) => {
    const ledger = createLedger();
    const { store, open } = world();
    const first = await openDying(open, ledger, { name, visit });
    await first.publish(sample);
    const identity = { source: 'test', id: 'c1' };
    void first.engine.submit(create, identity).catch(() => {});
    await pause(60);

    first.abandon();
    const second = await open(ledger);
    const answer = await second.engine.submit(create, identity);
    if (answer.outcome !== 'accepted' || answer.runId === null) throw new Error('not accepted');
    const run = await second.ended(answer.runId);
    expect(run.status).toBe('succeeded');
    expect(blindRepetitions(ledger.effects)).toEqual([]);
    expect([...ledger.existing.keys()].sort()).toEqual(['one/a[0]', 'one/b[0]', 'one/c[0]']);
    expect(await store.find('runs')).toHaveLength(1);
    const numbers = (await store.changes({ afterSequence: 0, limit: 10_000 }))
      .filter((change) => change.scope === 'one')
      .map((change) => change.number);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });

  test('leaves a step that nobody can inspect to a person', async () => {
    const { ledger, runId, second } = await diedUninspectable('effect.after');
    expect(second.resumed.map((run) => run.id)).toEqual([runId]);
    const run = await second.ended(runId);
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'RESOURCE_UNKNOWN' } });
    expect(ledger.done('apply')).toEqual(['one/a[0]']);

    const update = {
      type: 'environment.update',
      data: { name: 'one' },
    } as const;
    expect((await second.run(update)).failure?.code).toBe('RESOURCE_UNKNOWN');
    await second.send({
      type: 'run.resolve',
      data: { run: runId, step: 'a', as: 'done', outputs: { of: 'x' } },
    });
    expect((await second.run(update)).status).toBe('succeeded');
    expect(ledger.done('apply').sort()).toEqual(['one/a[0]', 'one/b[0]', 'one/c[0]']);
  });

  test('does again what a person says has not begun', async () => {
    const { ledger, runId, second } = await diedUninspectable('effect.before');
    await second.ended(runId);
    await second.send({ type: 'run.resolve', data: { run: runId, step: 'a', as: 'not-started' } });
    const retried = await second.run({ type: 'run.retry', data: { run: runId } });
    expect(retried.status).toBe('succeeded');
    expect(ledger.done('apply')).toHaveLength(3);
  });
});

describe('a process that leaves in good order', () => {
  test('hands its runs back, and steps it interrupted are begun again without losing an attempt', async () => {
    const ledger = createLedger();
    const { open, store } = world();
    ledger.behave('one/b[0]', { gate: new Promise(() => {}) });
    const first = await open(ledger);
    await first.publish(sample);
    const runId = await first.send(create);
    while (!ledger.effects.some(({ what, key }) => what === 'begin' && key === 'one/b[0]')) {
      await pause(5);
    }
    await first.close();
    expect((await store.get('runs', runId))?.value).toMatchObject({
      status: 'running',
      lease: null,
    });
    ledger.behave('one/b[0]', {});
    const second = await open(ledger);
    const run = await second.ended(runId);
    expect(run.status).toBe('succeeded');
    const steps = await second.steps(runId);
    expect(steps.map((step) => step.attempt)).toEqual([1, 1, 1]);
  });
});
