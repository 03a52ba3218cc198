import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import Fastify from 'fastify';
import { startServer } from '../../src/compose/server/server.ts';
import { loadConfig } from '../../src/config/load.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { type Benchmark, compare, inTurns } from './figure.ts';
import { withFolder } from './folder.ts';
import { heapFlags } from './launcher.ts';

const PATH = '/api/v1/health';
const CONNECTIONS = 20;
const [REQUESTS, TINY] = [30_000, 400];
/** One of them shows little: the machine does other things, too. */
const ROUNDS_A_PAIR = 2;

interface Load {
  perSecond: number;
  p99Ms: number;
}

/** What those wait for who ask how the server is, all the time; both in processes of their own. */
export const apiHealth: Benchmark = {
  name: 'api-health',
  says: `GET ${PATH} over ${CONNECTIONS} connections, beside a bare fastify that answers the same`,
  goals: [
    {
      name: 'api-health requests',
      unit: 'requests/s',
      comparedWith: 'a bare fastify route of the same payload',
      target: 0.85,
      targetIs: 'at least',
    },
    {
      name: 'api-health p99',
      unit: 'ms',
      comparedWith: 'a bare fastify route of the same payload',
      target: 1.15,
      targetIs: 'at most',
    },
  ],
  run: ({ pairs, quick, say }) =>
    withFolder(async (folder) => {
      const ours = await begin(['ours', join(folder, 'data')]);
      const payload = await (await fetch(`${ours.url}${PATH}`)).text();
      const bare = await begin(['bare', payload]);
      const p99 = { ours: [] as number[], bare: [] as number[] };
      const arm = (name: 'ours' | 'bare', url: string) => async () => {
        const { perSecond, p99Ms } = await askMany(new URL(url), quick ? TINY : REQUESTS);
        p99[name].push(p99Ms);
        say(`${name}: ${perSecond.toFixed(0)} requests/s, p99 ${p99Ms.toFixed(2)} ms`);
        return perSecond;
      };
      try {
        const rates = await inTurns(pairs * ROUNDS_A_PAIR, {
          ours: arm('ours', ours.url),
          bare: arm('bare', bare.url),
        });
        // The first round warms up.
        const latencies = compare(p99.ours.slice(1), p99.bare.slice(1));
        return [compare(rates.ours, rates.bare), latencies];
      } finally {
        await Promise.all([ours.end(), bare.end()]);
      }
    }),
};

/** All connections ask again as soon as they are answered. */
async function askMany({ hostname, port }: URL, requests: number): Promise<Load> {
  const tookMs: number[] = [];
  let left = requests;
  const beganAtMs = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, () =>
      askOver(Number(port), hostname, {
        mayAsk: () => left-- > 0,
        answered: (ms) => tookMs.push(ms),
      }),
    ),
  );
  const seconds = (performance.now() - beganAtMs) / 1_000;
  tookMs.sort((one, other) => one - other);
  return {
    perSecond: requests / seconds,
    p99Ms: tookMs[Math.floor(requests * 0.99)] ?? Number.NaN,
  };
}

/** One connection, with as little of a client as can be: what is measured is the server. */
function askOver(
  port: number,
  host: string,
  { mayAsk, answered }: { mayAsk(): boolean; answered(ms: number): void },
): Promise<void> {
  const request = `GET ${PATH} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    let text = '';
    let askedAtMs = 0;
    const ask = () => {
      if (!mayAsk()) return void socket.end();
      askedAtMs = performance.now();
      socket.write(request);
    };
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('connect', ask);
    socket.on('data', (piece) => {
      text += piece;
      if (!isWhole(text)) return;
      if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(text));
      answered(performance.now() - askedAtMs);
      text = '';
      ask();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  return text.length === end + 4 + Number(length);
}

interface Begun {
  url: string;
  end(): Promise<void>;
}

async function begin(args: string[]): Promise<Begun> {
  const child: ChildProcess = fork(import.meta.filename, args, { execArgv: heapFlags() });
  const [url] = await once(child, 'message');
  return {
    url: String(url),
    end: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function serveOurs(data: string): Promise<void> {
  const loaded = loadConfig({
    flags: { data, server: { primary: true, listen: '127.0.0.1:0', metricsListen: '127.0.0.1:0' } },
    environment: {},
    folder: data,
  });
  const server = await startServer({
    config: loaded,
    version: '0.0.0',
    command: 'bench',
    log: silentLogger,
    notify: () => {},
  });
  endWith(() => server.stop(AbortSignal.abort()));
  process.send?.(server.url);
}

async function serveBare(payload: string): Promise<void> {
  const document: unknown = JSON.parse(payload);
  const app = Fastify();
  app.get(PATH, async () => document);
  process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
  endWith(() => app.close());
}

function endWith(end: () => Promise<void>): void {
  process.once('SIGTERM', () => void end().then(() => process.disconnect()));
}

const [what, argument = ''] = process.argv.slice(2);
if (import.meta.main) await (what === 'bare' ? serveBare(argument) : serveOurs(argument));
