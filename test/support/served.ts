import { onTestFinished } from 'vitest';
import { type Server, startServer } from '../../src/compose/server/server.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Logger } from '../../src/platform/logger.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { processesOf } from '../faults/frame/processes.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What a server answered, for a test to look into. */
type Json = ReturnType<JSON['parse']>;

export interface Answered {
  status: number;
  headers: Headers;
  body: Json;
}

/** A server of this process on a free port of loopback, over a data folder of its own. */
export interface Served {
  url: string;
  /** Of metrics, where they are told. */
  metricsUrl: string | undefined;
  folder: string;
  ask(path: string, request?: RequestInit): Promise<Answered>;
  /** POSTs JSON. */
  send(path: string, body: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** Waits for the run to end and answers with its document. */
  ended(runId: string): Promise<Json>;
  stop(): Promise<void>;
}

interface ServedOptions {
  folder?: string;
  /** As `BIOTOPE_…` variables. */
  environment?: Record<string, string>;
  log?: Logger;
  /** Undefined: what the environment says. */
  listen?: string | undefined;
  /** A free port if not given. */
  metricsListen?: string | null;
}

const POLL_MS = 20;

export async function serve({
  metricsListen = '127.0.0.1:0',
  ...options
}: ServedOptions = {}): Promise<Served> {
  const folder = options.folder ?? temporaryFolder();
  const { listen } = { listen: '127.0.0.1:0', ...options };
  const loaded = loadConfig({
    flags: { data: folder, server: { primary: true, listen } },
    environment: options.environment ?? {},
    folder,
  });
  const server = await startServer({
    config: { ...loaded, server: { ...loaded.server, metricsListen } },
    version: '0.0.0',
    command: 'server',
    log: options.log ?? silentLogger,
    notify: () => {},
  });
  const stop = stopOnce(server);
  onTestFinished(async () => {
    await stop();
    // What templates started lives on rightly, but not beyond the test.
    for (const { pid } of processesOf(folder)) process.kill(pid);
  });
  const ask = async (path: string, request: RequestInit = {}): Promise<Answered> => {
    const response = await fetch(`${server.url}${path}`, request);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  };
  return {
    url: server.url,
    metricsUrl: server.metricsUrl,
    folder,
    ask,
    send: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    ended: async (runId) => {
      for (;;) {
        const { body } = await ask(`/api/v1/runs/${runId}`);
        if (body.finishedAt !== null) return body;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    stop,
  };
}

function stopOnce(server: Server): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= server.stop(AbortSignal.abort());
    return stopping;
  };
}
