import { type Benchmark, compare, inTurns, median, rate } from '../figure.ts';
import { withHouse } from './house.ts';
import { openSender } from './sender.ts';

/** Each step sleeps: what is measured is how work is shared, and not how quick two cores are. */
const STEP_SECONDS = 0.25;
const STEPS = 20;
const ENVIRONMENTS = 8;
const CONCURRENCY = 4;

const TEMPLATE = `apiVersion: biotope/v1
kind: Template
metadata: { name: bench, version: 1.0.0 }
resources:
  - id: work
    executor: command
    count: ${STEPS}
    with:
      create: [sleep, "${STEP_SECONDS}"]
      destroy: ["true"]
`;

/** Steps per second, from the first command to the last environment that is ok. */
function measure(workers: number, environments: number): Promise<number> {
  return withHouse(
    { template: TEMPLATE, workers, concurrency: CONCURRENCY },
    async ({ brokerUrl }) => {
      const sender = await openSender(brokerUrl);
      const names = Array.from({ length: environments }, (_, at) => `w-${at}`);
      const perSecond = await rate(environments * STEPS, () =>
        Promise.all(names.map((name) => sender.bring(name, 'ok', { template: 'bench' }))),
      );
      await sender.close();
      return perSecond;
    },
  );
}

const goal = (workers: number, target: number) => ({
  name: `broker-workers ${workers}`,
  unit: `steps/s with ${workers} workers, ${CONCURRENCY} steps of ${STEP_SECONDS} s at once in each`,
  comparedWith: 'one worker',
  target,
  targetIs: 'at least' as const,
});

export const brokerWorkers: Benchmark = {
  name: 'broker-workers',
  says: `${ENVIRONMENTS} environments of ${STEPS} steps, shared by 1, 2 and 4 workers through RabbitMQ`,
  goals: [goal(2, 1.7), goal(4, 2.8)],
  async run({ pairs, quick, say }) {
    const environments = quick ? 1 : ENVIRONMENTS;
    const { one, two, four } = await inTurns(pairs, {
      one: () => measure(1, environments),
      two: () => measure(2, environments),
      four: () => measure(4, environments),
    });
    const ideal = CONCURRENCY / STEP_SECONDS;
    say(
      `${median(one).toFixed(1)}, ${median(two).toFixed(1)}, ${median(four).toFixed(1)} steps/s; at most ${ideal} a worker`,
    );
    return [compare(two, one), compare(four, one)];
  },
};
