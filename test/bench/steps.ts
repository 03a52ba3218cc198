import { messageOf } from '../../src/model/thrown.ts';
import { publishDirectly, resource, template } from '../support/templates.ts';
import { commitFloor, type StepShape } from './commit-floor.ts';
import { type Benchmark, compare, type Goal, inTurns, median, rate, type Tools } from './figure.ts';
import { untilSucceeded, withIdleWhole } from './idle-whole.ts';
import { BULLMQ_VERSION, bullMqPeer } from './peers/bullmq.ts';

/** Runs at once, each of chains beside each other. */
interface Load extends StepShape {
  runs: number;
}

/** Steps per second, from the first command to the end of the last run. */
async function measure({ runs, chains, length }: Load, say: Tools['say']): Promise<number> {
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
    const cpuUs = Math.round((user + system) / steps);
    say(`${Math.round(perSecond)} steps/s, ${cpuUs} us of CPU a step`);
    return perSecond;
  });
}

type Peer = (load: Load) => Promise<number>;

/** BullMQ at the concurrency that suits it best here. Undefined where it cannot be had. */
async function findPeer({ peersFolder, quick, say }: Tools, load: Load): Promise<Peer | undefined> {
  if (quick) return undefined;
  try {
    const { redisVersion, measure: run } = await bullMqPeer(peersFolder);
    const tried: { concurrency: number; perSecond: number }[] = [];
    for (const concurrency of PEER_CONCURRENCIES) {
      tried.push({ concurrency, perSecond: await run(load.runs, load, concurrency) });
    }
    const best = tried.reduce((left, right) => (right.perSecond > left.perSecond ? right : left));
    say(`BullMQ on Redis ${redisVersion}: best with ${best.concurrency} jobs at once`);
    return ({ runs }) => run(runs, load, best.concurrency);
  } catch (error) {
    say(`BullMQ cannot be had here: ${messageOf(error)}`);
    return undefined;
  }
}

const PER_SECOND_MIN = 10_000;
const PEER_CONCURRENCIES = [25, 50, 100, 200];
const QUICK_PART = 20;

function stepsBenchmark({ name, says }: Pick<Benchmark, 'name' | 'says'>, full: Load): Benchmark {
  const goal: Pick<Goal, 'unit' | 'targetIs'> = { unit: 'steps/s', targetIs: 'at least' };
  return {
    name,
    says,
    goals: [
      {
        ...goal,
        name,
        comparedWith: `BullMQ ${BULLMQ_VERSION} flows on Redis (AOF always)`,
        target: 2,
      },
      {
        ...goal,
        name: `${name} per second`,
        comparedWith: `${PER_SECOND_MIN} steps/s`,
        target: 1,
      },
    ],
    async run(tools) {
      const load = tools.quick ? { ...full, ...smaller(full) } : full;
      const peer = await findPeer(tools, load);
      // A server is warm, and the peer has been tried as often.
      if (peer !== undefined) for (const _ of PEER_CONCURRENCIES) await measure(load, tools.say);
      const { ours, theirs, floor } = await inTurns(tools.pairs, {
        floor: () => commitFloor({ ...load, chains: load.chains * load.runs }),
        theirs: async () => peer?.(load) ?? Number.NaN,
        ours: () => measure(load, tools.say),
      });
      const value = median(ours);
      const part = (value / median(floor)).toFixed(3);
      tools.say(`the machine's floor: ${Math.round(median(floor))} steps/s, of which ${part}`);
      return [
        peer === undefined ? null : compare(ours, theirs),
        { value, ratios: ours.map((perSecond) => perSecond / PER_SECOND_MIN) },
      ];
    },
  };
}

function smaller({ runs, chains }: Load): Pick<Load, 'runs' | 'chains'> {
  return { runs: Math.ceil(runs / QUICK_PART), chains: Math.ceil(chains / QUICK_PART) };
}

export const stepsChain = stepsBenchmark(
  { name: 'steps-chain', says: '200 runs at once, each a chain of 10 steps that do nothing' },
  { runs: 200, chains: 1, length: 10 },
);

export const stepsFan = stepsBenchmark(
  { name: 'steps-fan', says: 'one run of 1,000 steps that do nothing and need nothing' },
  { runs: 1, chains: 1_000, length: 1 },
);
