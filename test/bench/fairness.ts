import { publishDirectly, resource, template } from '../support/templates.ts';
import { type Benchmark, compare, inTurns, type Tools } from './figure.ts';
import { type IdleWhole, watchRuns, withIdleWhole } from './idle-whole.ts';

interface Load {
  /** Runs of three steps, one after the other. */
  short: number;
  /** Runs of many steps that need nothing. */
  long: number;
  longSteps: number;
}

const FULL: Load = { short: 200, long: 2, longSteps: 5_000 };
const TINY: Load = { short: 10, long: 2, longSteps: 50 };

async function publish({ store }: IdleWhole, { longSteps }: Load): Promise<void> {
  const one = (id: string, needs: string[]) =>
    resource(id, { executor: 'idle', needs, with: { name: id } });
  const chain = [one('a', []), one('b', ['a']), one('c', ['b'])];
  const fan = Array.from({ length: longSteps }, (_, at) => one(`s${at}`, []));
  await publishDirectly(store, template('1.0.0', chain, { name: 'short' }));
  await publishDirectly(store, template('1.0.0', fan, { name: 'long' }));
}

function create(idle: IdleWhole, name: string, kind: 'short' | 'long'): Promise<string> {
  return idle.send({ type: 'environment.create', data: { name, template: kind } });
}

/** From the command to the end of its run, for each of them, in seconds. All are sent at once. */
async function runShort(idle: IdleWhole, count: number): Promise<number[]> {
  const names = Array.from({ length: count }, (_, at) => `short-${at}`);
  const startMs = performance.now();
  const times = new Map<string, number>();
  await new Promise<void>((resolve, reject) => {
    const forget = watchRuns(idle, ({ environment, status }) => {
      if (status !== 'succeeded' || !environment.startsWith('short-')) return;
      times.set(environment, (performance.now() - startMs) / 1_000);
      if (times.size < count) return;
      forget();
      resolve();
    });
    for (const name of names) create(idle, name, 'short').catch(reject);
  });
  return [...times.values()];
}

/** Resolves once each of the long runs has ended a step: they are in full swing then. */
async function runLong(idle: IdleWhole, { long }: Load): Promise<void> {
  const begun = new Set<string>();
  await new Promise<void>((resolve, reject) => {
    const forget = idle.store.watch(({ scope, events }) => {
      if (events.some(({ type }) => type === 'step.succeeded')) begun.add(scope);
      if (begun.size < long) return;
      forget();
      resolve();
    });
    for (let at = 0; at < long; at += 1) create(idle, `long-${at}`, 'long').catch(reject);
  });
}

function p99(times: readonly number[]): number {
  const sorted = times.toSorted((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}

function measure(load: Load, say: Tools['say']): Promise<number> {
  return withIdleWhole(async (idle) => {
    await publish(idle, load);
    if (load.long > 0) await runLong(idle, load);
    const slowest = p99(await runShort(idle, load.short));
    const beside = load.long > 0 ? 'beside the long ones' : 'alone';
    say(`p99 of a short run ${beside}: ${(slowest * 1_000).toFixed(0)} ms`);
    return slowest;
  });
}

export const fairness: Benchmark = {
  name: 'fairness',
  says: '200 runs of 3 steps beside 2 runs of 5,000 steps that are under way',
  goals: [
    {
      name: 'fairness',
      unit: 's (p99 of a short run)',
      comparedWith: 'the 200 alone',
      target: 2,
      targetIs: 'at most',
    },
  ],
  async run({ pairs, quick, say }) {
    const load = quick ? TINY : FULL;
    const { beside, alone } = await inTurns(pairs, {
      alone: () => measure({ ...load, long: 0 }, say),
      beside: () => measure(load, say),
    });
    return [compare(beside, alone)];
  },
};
