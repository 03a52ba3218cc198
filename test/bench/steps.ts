import { publishDirectly } from '../support/house.ts';
import { resource, template } from '../support/templates.ts';
import { commitFloor, type StepShape } from './commit-floor.ts';
import { type Benchmark, inTurns, median, rate } from './figure.ts';
import { untilSucceeded, withIdleWhole } from './idle-whole.ts';

interface Steps {
  perSecond: number;
  /** Of this process, in user and system mode. */
  cpuMicrosecondsPerStep: number;
}

/**
 * Environments created at once, each of chains beside each other: from the first command to the end
 * of the last run.
 */
async function measure(runs: number, { chains, length }: StepShape): Promise<Steps> {
  const ids = Array.from({ length: chains * length }, (_, at) => `s${at}`);
  const resources = ids.map((id, at) => {
    const before = at % length === 0 ? undefined : ids[at - 1];
    const needs = before === undefined ? [] : [before];
    return resource(id, { executor: 'idle', needs, with: { name: id } });
  });
  return withIdleWhole(async (idle) => {
    await publishDirectly(idle.store, template('1.0.0', resources));
    const steps = runs * ids.length;
    const cpuBefore = process.cpuUsage();
    const perSecond = await rate(steps, async () => {
      const ended = untilSucceeded(idle, runs);
      const data = (at: number) => ({ name: `e${at}`, template: 'sample' });
      const sent = Array.from({ length: runs }, (_, at) =>
        idle.send({ type: 'environment.create', data: data(at) }),
      );
      await Promise.all([ended, ...sent]);
    });
    const { user, system } = process.cpuUsage(cpuBefore);
    return { perSecond, cpuMicrosecondsPerStep: (user + system) / steps };
  });
}

const PER_SECOND_MIN = 10_000;

function stepsBenchmark(
  { name, says }: Pick<Benchmark, 'name' | 'says'>,
  runs: number,
  shape: StepShape,
): Benchmark {
  return {
    name,
    says,
    goals: [
      {
        name: `${name} per second`,
        unit: 'steps/s',
        comparedWith: `${PER_SECOND_MIN} steps/s`,
        target: 1,
        targetIs: 'at least',
      },
    ],
    async run({ pairs, say }) {
      const { ours, floor } = await inTurns(pairs, {
        floor: () => commitFloor({ ...shape, chains: shape.chains * runs }),
        ours: async () => {
          const { perSecond, cpuMicrosecondsPerStep } = await measure(runs, shape);
          const us = Math.round(cpuMicrosecondsPerStep);
          say(`${Math.round(perSecond)} steps/s, ${us} us of CPU a step`);
          return perSecond;
        },
      });
      const value = median(ours);
      const part = (value / median(floor)).toFixed(3);
      say(`the machine's floor: ${Math.round(median(floor))} steps/s, of which ${part}`);
      return [{ value, ratios: ours.map((perSecond) => perSecond / PER_SECOND_MIN) }];
    },
  };
}

export const stepsChain = stepsBenchmark(
  { name: 'steps-chain', says: '200 runs at once, each a chain of 10 steps that do nothing' },
  200,
  { chains: 1, length: 10 },
);

export const stepsFan = stepsBenchmark(
  { name: 'steps-fan', says: 'one run of 1,000 steps that do nothing and need nothing' },
  1,
  { chains: 1_000, length: 1 },
);
