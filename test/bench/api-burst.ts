import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startServer } from '../../src/compose/server/server.ts';
import { loadConfig } from '../../src/config/load.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { type Benchmark, compare, median, seconds } from './figure.ts';
import { withFolder } from './folder.ts';
import { heapFlags, LAUNCHER } from './launcher.ts';

/** Commands that are sent to the server at the same moment. */
const BURST = 500;
const TINY_BURST = 20;
/** Bursts of making and of taking down, before each of the two looks at the memory. */
const [FIRST_BURSTS, MORE_BURSTS] = [2, 6];
const LOOK_EVERY_MS = 50;
const MIB = 1024 * 1024;

const TEMPLATE = `apiVersion: biotope/v1
kind: Template
metadata: { name: burst, version: 1.0.0 }
resources:
  - id: first
    executor: consul-kv
    with: { prefix: "\${environment.name}/first", entries: { a: 1 } }
  - id: second
    executor: consul-kv
    dependsOn: [first]
    with: { prefix: "\${environment.name}/second", entries: { b: 2 } }
`;

interface Served {
  url: string;
  residentMib(): Promise<number>;
}

export const apiBurst: Benchmark = {
  name: 'api-burst',
  says: `${BURST} environments made at once through the API, and taken down, again and again`,
  goals: [
    {
      name: 'api-burst memory',
      unit: `MiB after ${MORE_BURSTS} more bursts`,
      comparedWith: `the same server after ${FIRST_BURSTS}`,
      target: 1.1,
      targetIs: 'at most',
    },
  ],
  async run({ pairs, quick, say }) {
    const size = quick ? TINY_BURST : BURST;
    const [first, later]: [number[], number[]] = [[], []];
    for (let pair = 0; pair < pairs; pair += 1) {
      await withServer(async (served) => {
        const times: number[] = [];
        for (let at = 0; at < FIRST_BURSTS; at += 1) times.push(await burst(served, size, at));
        first.push(await served.residentMib());
        for (let at = 0; at < MORE_BURSTS; at += 1) times.push(await burst(served, size, at));
        later.push(await served.residentMib());
        say(
          `${size} made in ${median(times).toFixed(2)} s, none lost; ` +
            `${first.at(-1)?.toFixed(1)} MiB, then ${later.at(-1)?.toFixed(1)} MiB`,
        );
      });
    }
    return [compare(later, first)];
  },
};

/** Seconds from the first command to the last environment that is ok. */
async function burst(served: Served, size: number, turn: number): Promise<number> {
  const names = Array.from({ length: size }, (_, at) => `burst-${turn}-${at}`);
  const making = await seconds(() => bringTo(served, names, { status: 'ok', type: 'create' }));
  await bringTo(served, names, { status: 'destroyed', type: 'destroy' });
  return making;
}

async function bringTo(
  served: Served,
  names: readonly string[],
  { status, type }: { status: 'ok' | 'destroyed'; type: 'create' | 'destroy' },
): Promise<void> {
  const more = type === 'create' ? { template: 'burst' } : {};
  const send = async (name: string) => {
    const body = JSON.stringify({ type: `environment.${type}`, data: { name, ...more } });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${served.url}/api/v1/commands`, { method: 'POST', headers, body });
    if (answer.status !== 202) throw new Error(`${type} ${name}: ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  await Promise.all(names.map(send));
  const wanted = new Set(names);
  while (wanted.size > 0) {
    for await (const { name, failure } of environments(served, status)) {
      if (failure !== null) throw new Error(`${name}: ${failure.message}`);
      wanted.delete(name);
    }
    await pause(LOOK_EVERY_MS);
  }
}

interface Listed {
  name: string;
  failure: { message: string } | null;
}

async function* environments({ url }: Served, status: string): AsyncGenerator<Listed> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const from = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await fetch(`${url}/api/v1/environments?status=${status}&limit=200${from}`);
    const page = (await answer.json()) as { items: Listed[]; next: string | null };
    yield* page.items;
    cursor = page.next;
  }
}

/** A server in a process of its own, so that its memory is nobody else's. */
function withServer<T>(work: (served: Served) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const template = join(folder, 'template');
    mkdirSync(template);
    writeFileSync(join(template, 'template.yaml'), TEMPLATE);
    const data = join(folder, 'data');
    await promisify(execFile)(LAUNCHER, ['template', 'publish', template, '--data', data]);
    const child = fork(import.meta.filename, [data], { execArgv: [...heapFlags(), '--expose-gc'] });
    try {
      const url = String(await answerOf(child));
      return await work({
        url,
        residentMib: async () => {
          child.send('measure');
          return Number(await answerOf(child));
        },
      });
    } finally {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  });
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [answer] = await once(child, 'message');
  return answer;
}

async function serve(data: string): Promise<void> {
  const server = await startServer({
    config: loadConfig({
      flags: {
        data,
        server: { primary: true, listen: '127.0.0.1:0', metricsListen: '127.0.0.1:0' },
      },
      environment: {},
      folder: data,
    }),
    version: '0.0.0',
    command: 'bench',
    log: silentLogger,
    notify: () => {},
  });
  process.on('message', () => {
    // What V8 keeps for later is given back as well: how much that is depends on the moment.
    global.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    process.send?.(process.memoryUsage.rss() / MIB);
  });
  process.once('SIGTERM', () => {
    void server.stop(AbortSignal.abort()).then(() => process.disconnect());
  });
  process.send?.(server.url);
}

if (import.meta.main) await serve(process.argv[2] ?? '');
