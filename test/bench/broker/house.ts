import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startRabbit } from '../../support/services/rabbitmq.ts';
import { withFolder } from '../folder.ts';
import { LAUNCHER } from '../launcher.ts';

/** A server and workers of their own processes over a broker that nobody else uses. */
export interface House {
  brokerUrl: string;
}

export interface HouseTerms {
  template: string;
  /** 0: the server does the work itself. */
  workers: number;
  /** Of each worker, or of the server. */
  concurrency: number;
}

const READY_MS = 60_000;

export function withHouse<T>(terms: HouseTerms, work: (house: House) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const broker = await startRabbit({ folder: join(folder, 'rabbitmq') });
    const processes: ChildProcess[] = [];
    try {
      const data = join(folder, 'data');
      const template = join(folder, 'template');
      mkdirSync(template);
      writeFileSync(join(template, 'template.yaml'), terms.template);
      const environment = {
        ...process.env,
        BIOTOPE_AMQP_URL: broker.url,
        BIOTOPE_POOLS: poolsOf(terms),
        BIOTOPE_SERVER_TAKES_ORDERS: String(terms.workers === 0),
      };
      const begin = async (words: readonly string[], told: RegExp) => {
        const { child, found } = await begun([...words, '--data', data], environment, told);
        processes.push(child);
        return found;
      };
      await promisify(execFile)(LAUNCHER, ['template', 'publish', template, '--data', data]);
      const server = ['server', '--primary', '--listen', '127.0.0.1:0'];
      const nowhere = ['--metrics-listen', '127.0.0.1:0'];
      const url = await begin([...server, ...nowhere], /answers at (http:\S+)/);
      for (let at = 0; at < terms.workers; at += 1) {
        const size = ['--concurrency', String(terms.concurrency)];
        await begin(['worker', '--pool', 'default', '--server', url, ...size], /takes orders/);
      }
      return await work({ brokerUrl: broker.url });
    } finally {
      for (const child of processes.reverse()) await end(child);
      await broker.stop();
    }
  });
}

function poolsOf({ concurrency, workers }: HouseTerms): string {
  return JSON.stringify({ default: { concurrency: concurrency * Math.max(1, workers) } });
}

async function begun(words: readonly string[], env: NodeJS.ProcessEnv, told: RegExp) {
  const child = spawn(LAUNCHER, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const untilMs = performance.now() + READY_MS;
  for (;;) {
    const found = told.exec(printed);
    if (found !== null) return { child, found: found[1] ?? '' };
    if (child.exitCode !== null || performance.now() > untilMs) throw new Error(printed);
    await pause(20);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
