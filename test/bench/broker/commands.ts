import { type Benchmark, compare, median, seconds } from '../figure.ts';
import { openFloor } from './floor.ts';
import { type House, withHouse } from './house.ts';
import { openSender } from './sender.ts';

const SERIAL = 50;
const BURST = 400;
const TINY = { serial: 3, burst: 10 };
/** About what a command has. */
const BODY_BYTES = 300;

const TEMPLATE = `apiVersion: biotope/v1
kind: Template
metadata: { name: bench, version: 1.0.0 }
resources:
  - id: only
    executor: consul-kv
    with: { prefix: "\${environment.name}/only", entries: { a: 1 } }
`;

export const brokerCommands: Benchmark = {
  name: 'broker-commands',
  says: 'commands of another program through RabbitMQ, each an environment of one resource, until it hears of the end',
  goals: [
    {
      name: 'broker-commands latency',
      unit: 's from a command to ok, one after the other',
      comparedWith: 'one message published, delivered and acknowledged at the same broker',
      target: 40,
      targetIs: 'at most',
    },
    {
      name: 'broker-commands rate',
      unit: `commands/s of ${BURST} at once, from the first to the last ok`,
      comparedWith: 'messages published, delivered and acknowledged, as many at once',
      target: 0.02,
      targetIs: 'at least',
    },
  ],
  run: ({ pairs, quick, say }) =>
    withHouse({ template: TEMPLATE, workers: 0, concurrency: 10 }, async (house) => {
      const { serial, burst } = quick ? TINY : { serial: SERIAL, burst: BURST };
      const { latencies, floors, rates, floorRates } = await measure(house, {
        pairs,
        serial,
        burst,
      });
      say(
        `command to ok ${milliseconds(latencies)}, a message ${milliseconds(floors)}; ` +
          `${Math.round(median(rates))} commands/s, ${Math.round(median(floorRates))} messages/s`,
      );
      return [compare(latencies, floors), compare(rates, floorRates)];
    }),
};

const milliseconds = (times: readonly number[]) => `${(median(times) * 1_000).toFixed(2)} ms`;

interface Sizes {
  pairs: number;
  serial: number;
  burst: number;
}

async function measure({ brokerUrl }: House, { pairs, serial, burst }: Sizes) {
  const floor = await openFloor(brokerUrl, BODY_BYTES);
  const sender = await openSender(brokerUrl);
  const told = { latencies: [], floors: [], rates: [], floorRates: [] } as Record<
    'latencies' | 'floors' | 'rates' | 'floorRates',
    number[]
  >;
  // The first turn warms up.
  for (let pair = 0; pair <= pairs; pair += 1) {
    const floorTime = (await floor.pass(serial, 1)) / serial;
    const names = Array.from({ length: burst }, (_, at) => `b-${pair}-${at}`);
    const first = names.slice(0, serial);
    const bringAll = (some: readonly string[], wanted: 'ok' | 'destroyed') =>
      Promise.all(
        some.map((name) =>
          sender.bring(name, wanted, wanted === 'ok' ? { template: 'bench' } : {}),
        ),
      );
    const serialTime = await seconds(async () => {
      for (const name of first) await bringAll([name], 'ok');
    });
    await bringAll(first, 'destroyed');
    const floorBurst = await floor.pass(burst, burst);
    const burstTime = await seconds(() => bringAll(names, 'ok'));
    await bringAll(names, 'destroyed');
    if (pair === 0) continue;
    told.floors.push(floorTime);
    told.latencies.push(serialTime / serial);
    told.floorRates.push(burst / floorBurst);
    told.rates.push(burst / burstTime);
  }
  await sender.close();
  await floor.close();
  return told;
}
