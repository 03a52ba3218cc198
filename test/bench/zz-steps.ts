import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ENGINE_SETTINGS } from '../../src/engine/context.ts';
import type { Executor, ExecutorDefinition } from '../../src/executors/executor.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { type House, openHouse } from '../support/house.ts';
import { resource, template } from '../support/templates.ts';

const nothing = { outputs: {}, record: null, parts: [], state: null };

/** Does nothing at all, so that what is measured is Biotope. */
const idleExecutor: Executor = {
  needsFiles: false,
  destroyNeedsSpec: false,
  plan: async () => ({ changes: [] }),
  apply: async () => nothing,
  adopt: async () => nothing,
  destroy: async () => {},
  inspect: async () => ({ ...nothing, finding: 'present', differences: [] }),
};

const idleDefinition: ExecutorDefinition = {
  kind: 'idle',
  description: 'Does nothing.',
  canInspect: () => true,
  canRotate: () => false,
  check: async () => ({ problems: [], contentPaths: [], outputs: [] }),
  allowsSecret: () => false,
  defaultTimeoutMs: 60_000,
};

/** Engine, worker, bus and store on disk at FULL durability, with the settings users have. */
export async function withIdleHouse<T>(work: (house: House) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-bench-'));
  const store = createSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
  const house = await openHouse({
    executors: new Map([['idle', idleExecutor]]),
    definitions: new Map([['idle', idleDefinition]]),
    store,
    folder,
    settings: DEFAULT_ENGINE_SETTINGS,
  });
  try {
    return await work(house);
  } finally {
    await house.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const idle = (id: string, needs: string[] = []) =>
  resource(id, { executor: 'idle', needs, with: { name: id } });

/** 200 environments at once, each a chain of ten. Returns steps per second. */
export async function stepsChain(runs = 200, length = 10): Promise<number> {
  return withIdleHouse(async (house) => {
    const ids = Array.from({ length }, (_, at) => `s${at}`);
    await house.publish(
      template(
        '1.0.0',
        ids.map((id, at) => idle(id, at === 0 ? [] : [ids[at - 1] ?? ''])),
      ),
    );
    return rate(runs * length, async () => {
      const ended = allSucceeded(house, runs);
      for (let at = 0; at < runs; at += 1) {
        void house.send({
          type: 'environment.create',
          data: { name: `e${at}`, template: 'sample' },
        });
      }
      await ended;
    });
  });
}

/** One environment of many resources that need nothing. Returns steps per second. */
export async function stepsFan(width = 1_000): Promise<number> {
  return withIdleHouse(async (house) => {
    await house.publish(
      template(
        '1.0.0',
        Array.from({ length: width }, (_, at) => idle(`s${at}`)),
      ),
    );
    return rate(width, async () => {
      const ended = allSucceeded(house, 1);
      await house.send({ type: 'environment.create', data: { name: 'one', template: 'sample' } });
      await ended;
    });
  });
}

function allSucceeded({ store }: House, runs: number): Promise<void> {
  const done = new Set<string>();
  return new Promise((resolve, reject) => {
    store.watch(({ writes }) => {
      for (const write of writes) {
        if (write.kind !== 'put' || write.collection !== 'runs') continue;
        if (write.value.status === 'failed') reject(new Error(write.value.failure?.message));
        if (write.value.status === 'succeeded') done.add(write.key);
      }
      if (done.size === runs) resolve();
    });
  });
}

async function rate(steps: number, work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return steps / ((performance.now() - startMs) / 1_000);
}

if (import.meta.main) {
  const [what = 'fan', size] = process.argv.slice(2);
  for (let at = 0; at < 3; at += 1) {
    const before = process.cpuUsage();
    const measured =
      what === 'fan' ? await stepsFan(Number(size ?? 1000)) : await stepsChain(Number(size ?? 200));
    const { user, system } = process.cpuUsage(before);
    const steps = what === 'fan' ? Number(size ?? 1000) : Number(size ?? 200) * 10;
    console.log(
      what,
      Math.round(measured),
      'steps/s',
      Math.round((user + system) / steps),
      'us CPU a step',
    );
  }
}
