import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { StepShape } from '../commit-floor.ts';
import { rate } from '../figure.ts';
import { npmPeer } from './peers.ts';
import { type RedisProgram, redisProgram, redisVersion, withRedis } from './redis.ts';

export const BULLMQ_VERSION = '6.7.0';
const CLIENT_VERSION = '6.0.0';

/** As much of BullMQ as is used here. */
interface BullMq {
  FlowProducer: new (
    options: Connected,
  ) => { addBulk(flows: Flow[]): Promise<unknown>; close(): Promise<void> };
  Worker: new (
    queue: string,
    handle: () => Promise<void>,
    options: Connected & { concurrency: number },
  ) => {
    on(event: 'completed', listener: () => void): void;
    on(event: 'failed', listener: (job: unknown, error: Error) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    waitUntilReady(): Promise<unknown>;
    close(force: boolean): Promise<void>;
  };
}

interface Connected {
  connection: { host: string; port: number };
}

interface Flow {
  name: string;
  queueName: string;
  children?: Flow[];
}

export interface BullMqPeer {
  redisVersion: string;
  /** Steps per second. */
  measure(runs: number, shape: StepShape, concurrency: number): Promise<number>;
}

/** With Redis. Installs what is not there yet. */
export async function bullMqPeer(peersFolder: string): Promise<BullMqPeer> {
  const packages = [`bullmq@${BULLMQ_VERSION}`, `ioredis@${CLIENT_VERSION}`];
  const folder = await npmPeer(peersFolder, `bullmq-${BULLMQ_VERSION}`, packages);
  const bullMq: BullMq = createRequire(join(folder, 'package.json'))('bullmq');
  const redis = await redisProgram(peersFolder);
  return {
    redisVersion: redisVersion(redis),
    measure: (runs, shape, concurrency) => measure({ bullMq, redis, concurrency }, runs, shape),
  };
}

const QUEUE = 'steps';

/**
 * One queue and one worker in this process, as Biotope has them; all flows are added with one call. A
 * run of more than one chain gets a root that waits for all, as a flow must have one: it is not
 * counted.
 */
async function measure(
  { bullMq, redis, concurrency }: { bullMq: BullMq; redis: RedisProgram; concurrency: number },
  runs: number,
  shape: StepShape,
): Promise<number> {
  const steps = runs * shape.chains * shape.length;
  const roots = shape.chains === 1 ? 0 : runs;
  return withRedis(redis, async (port) => {
    const connected = { connection: { host: '127.0.0.1', port } };
    const producer = new bullMq.FlowProducer(connected);
    const worker = new bullMq.Worker(QUEUE, async () => {}, { ...connected, concurrency });
    try {
      await worker.waitUntilReady();
      const ended = untilCompleted(worker, steps + roots);
      return await rate(steps, () =>
        Promise.all([
          ended,
          producer.addBulk(Array.from({ length: runs }, (_, run) => flowOf(run, shape))),
        ]),
      );
    } finally {
      await producer.close();
      await worker.close(true);
    }
  });
}

function untilCompleted(worker: InstanceType<BullMq['Worker']>, count: number): Promise<void> {
  let completed = 0;
  return new Promise((resolve, reject) => {
    worker.on('completed', () => {
      completed += 1;
      if (completed === count) resolve();
    });
    worker.on('failed', (_job, error) => reject(error));
    // Once everything is counted it loses its server, and nobody minds.
    worker.on('error', reject);
  });
}

function flowOf(run: number, { chains, length }: StepShape): Flow {
  const chain = (at: number) => {
    let flow: Flow = { name: `${run}-${at}-0`, queueName: QUEUE };
    for (let step = 1; step < length; step += 1) {
      flow = { name: `${run}-${at}-${step}`, queueName: QUEUE, children: [flow] };
    }
    return flow;
  };
  if (chains === 1) return chain(0);
  const children = Array.from({ length: chains }, (_, at) => chain(at));
  return { name: `${run}`, queueName: QUEUE, children };
}
