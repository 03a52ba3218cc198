import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../../src/api/create-api.ts';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import { createPlans } from '../../../src/compose/server/plans.ts';
import { createWorkshop } from '../../../src/compose/server/workshop.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { createEngine } from '../../../src/engine/create-engine.ts';
import { ERRORS } from '../../../src/model/errors.ts';
import type { JsonValue } from '../../../src/model/json.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { createEngineContext } from '../../support/engine-context.ts';
import { noMetrics } from '../../support/no-metrics.ts';
import { createAnswerCheck, type Operation, operationsOf } from '../../support/openapi.ts';
import { publishDirectly, resource, template } from '../../support/templates.ts';
import { type Asked, bytesOf, requestsAround } from '../requests.ts';
import type { Target, Verdict } from '../target.ts';
import { ENVELOPES } from './commands.ts';

/** Each is another one: the same name with another content would be all that is ever refused. */
const COMMANDS = ENVELOPES.map((envelope): JsonValue => {
  const { id: _, ...rest } = Object(envelope);
  return rest;
});

interface Answer {
  status: number;
  contentType: string;
  text: string;
}

/** Of this machine or of the program's inside: nobody who asks is told. */
const INSIDE = [
  join(import.meta.dirname, '../../..'),
  `${tmpdir()}/`,
  'node:internal',
  'node_modules',
  '\n    at ',
  'SQLITE',
];

/** Everything that somebody may send to the API, over its routes and over a socket. */
export const requests: Target<Asked> = {
  name: 'requests',
  weight: 12,
  open: async () => {
    const { app, close } = await openApi();
    const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const document = (await app.inject('/api/v1/openapi.json')).json();
    const operations = operationsOf(document);
    const judge = createJudge(operations, createAnswerCheck(document));
    return {
      inputs: requestsAround([...new Set(operations.map(({ path }) => path))], COMMANDS),
      try: async (asked) => {
        if (asked.kind === 'bytes')
          return judgeText(await sendBytes(Number(url.port), asked.bytes));
        const { method, url: path, headers, body } = asked;
        if (!URL.canParse(path, url)) {
          // What stands in for a connection reads addresses itself: such a one is for the real one.
          const bytes = bytesOf(`${method} ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
          return judgeText(await sendBytes(Number(url.port), bytes));
        }
        const answer = await app.inject({
          method: method as 'GET',
          url: path,
          headers,
          ...(body === undefined
            ? {}
            : { payload: typeof body === 'string' ? body : Buffer.from(body) }),
        });
        return judge(asked, {
          status: answer.statusCode,
          contentType: String(answer.headers['content-type'] ?? ''),
          text: answer.body,
        });
      },
      close,
    };
  },
};

async function openApi(): Promise<{ app: FastifyInstance; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-fuzz-'));
  // In a file: what is written of each refusal is no memory that leaks.
  const store = createSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
  const { context, close } = createEngineContext(systemClock, { store });
  const engine = createEngine(context);
  await publishDirectly(
    context.store,
    template('1.0.0', [resource('a'), resource('b', { count: 2 })]),
  );
  await engine.start();
  await engine.submit(
    { type: 'environment.create', data: { name: 'shop', template: 'sample' } },
    { source: 'fuzz', id: 'first' },
  );
  const app = await createApi({
    version: '0.0.0',
    instance: 'fuzzed',
    role: 'primary',
    store: context.store,
    secrets: context.secrets,
    engine: () => engine,
    orderDesk: () => engine.orderDesk,
    plans: createPlans({
      config: configSchema.parse({ dataFolder: folder }),
      paths: dataPaths(folder),
      secrets: context.secrets,
      log: context.log,
    }),
    subsystems: () => [],
    systems: () => [],
    workshop: createWorkshop({
      config: configSchema.parse({ dataFolder: folder }),
      store: context.store,
      notify: () => {},
    }),
    limits: context.limits,
    settings: { followersMax: 10 },
    clock: systemClock,
    ids: context.ids,
    log: context.log,
    metrics: noMetrics,
    access: { mode: 'open' },
    trustedProxies: [],
  });
  return {
    app,
    close: async () => {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
      engine.drain();
      await engine.stop();
      await close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
      // What stands in for connections lets go of requests with the next turn of the loop.
      await setImmediate();
    },
  };
}

/** Of an answer to a request that was understood as one: it must be what the document says. */
function createJudge(
  operations: readonly Operation[],
  check: ReturnType<typeof createAnswerCheck>,
) {
  const known = operations.map((operation) => ({
    operation,
    path: new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return ({ method, url }: { method: string; url: string }, answer: Answer): Verdict => {
    const { status, contentType, text } = answer;
    demandOutside(answer);
    if (status >= 400) return problemIn(answer, method);
    const path = new URL(url, 'http://localhost').pathname;
    const found = known.find((one) => one.operation.method === method && one.path.test(path));
    if (found === undefined || text === '') return 'taken';
    const body: unknown = JSON.parse(text);
    const faults = check.faultsOf(found.operation, { status, contentType, body });
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return 'taken';
  };
}

function demandOutside({ status, text }: Answer): void {
  if (status >= 500) throw new Error(`answered with ${status}: ${text}`);
  const told = INSIDE.find((one) => text.includes(one));
  if (told !== undefined) throw new Error(`the answer tells ${told}: ${text}`);
}

function problemIn({ status, contentType, text }: Answer, method: string): Verdict {
  if (method === 'HEAD') return 'refused';
  if (!contentType.startsWith('application/problem+json')) {
    throw new Error(`a refusal of the type ${contentType}: ${text}`);
  }
  const { code, status: told, detail } = JSON.parse(text);
  const isKnown = Object.hasOwn(ERRORS, code) && code !== 'INTERNAL';
  if (!isKnown || told !== status || typeof detail !== 'string') {
    throw new Error(`no problem of ours: ${status} ${text}`);
  }
  return 'refused';
}

/** Of bytes: the head of whatever came first. */
function judgeText(text: string): Verdict {
  if (text === '') return 'refused';
  const [, status = ''] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
  if (status === '') throw new Error(`no answer of HTTP: ${text}`);
  const end = text.indexOf('\r\n\r\n');
  demandOutside({ status: Number(status), contentType: '', text: text.slice(end) });
  return Number(status) >= 400 ? 'refused' : 'taken';
}

const ANSWER_MS = 2_000;

/** What is answered until the server closes, or until it waits for more. */
function sendBytes(port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('data', (piece) => {
      text += piece;
      // Answers to what else was in the bytes do not matter.
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    socket.end(bytes);
  });
}
