import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

/**
 * Plays exchanges with ArangoDB's HTTP interface in their order, and no others: it knows no AQL and keeps
 * no data. What is asked has to be what the exchange says; what is answered is what the documentation of
 * the server says that it answers (see exchanges.ts).
 */
export interface ArangoDouble {
  url: string;
  play(...exchanges: Exchange[]): void;
  /** Throws where anything else was asked, or something has not been asked. */
  done(): void;
  close(): Promise<void>;
}

export interface Exchange {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  path: string;
  /** Those that have to be there; null: it must not be. */
  headers?: Record<string, string | null>;
  /** Undefined: not looked at. */
  body?: unknown;
  /** Shown what was asked, before it is answered. */
  seen?(body: unknown): void;
  answer: Answer;
}

export type Answer =
  | { status: number; body: unknown }
  /** The connection is lost: before an answer, in the middle of it; or there never is one. */
  | 'reset'
  | 'cut'
  | 'silence';

interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export async function startArangoDouble(): Promise<ArangoDouble> {
  const waiting: Exchange[] = [];
  const problems: string[] = [];
  const sockets = new Set<Socket>();

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method = '', url: path = '', headers } = request;
      const asked = { method, path, headers, body };
      const exchange = waiting.shift();
      const problem = exchange === undefined ? 'nothing more' : differenceOf(exchange, asked);
      const unbound = bindProblem(asked);
      for (const found of [problem, unbound]) {
        if (found !== null) problems.push(`${method} ${path} ${JSON.stringify(body)}: ${found}`);
      }
      exchange?.seen?.(body);
      reply(response, problem === null && exchange ? exchange.answer : UNEXPECTED);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    play: (...exchanges) => {
      waiting.push(...exchanges);
    },
    done: () => {
      const missing = waiting.map(({ method, path }) => `${method} ${path}: was not asked`);
      const all = [...problems.splice(0), ...missing];
      waiting.length = 0;
      if (all.length > 0) throw new Error(all.join('\n'));
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** So that nothing is tried again behind the test's back. */
const UNEXPECTED: Answer = {
  status: 400,
  body: { error: true, code: 400, errorNum: 400, errorMessage: 'not in this exchange' },
};

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function differenceOf({ method, path, headers = {}, body }: Exchange, asked: Asked): string | null {
  if (method !== asked.method || path !== asked.path) return `expected ${method} ${path}`;
  for (const [name, value] of Object.entries(headers)) {
    const found = asked.headers[name] ?? null;
    if (found !== value) return `expected ${name}: ${value}, found ${found}`;
  }
  if (body === undefined || isDeepStrictEqual(body, asked.body)) return null;
  return `expected the body ${JSON.stringify(body)}`;
}

/**
 * The parameters that the text of a statement names are those that come with it: the server refuses one
 * that is missing (1551) or not named (1552). https://docs.arangodb.com/3.12/aql/fundamentals/bind-parameters/
 */
function bindProblem({ method, path, body }: Asked): string | null {
  if (method !== 'POST' || !path.endsWith('/_api/cursor')) return null;
  const { query, bindVars } = body as { query: string; bindVars: Record<string, unknown> };
  const named = namedParameters(query);
  const sent = Object.keys(bindVars).sort();
  return isDeepStrictEqual(named, sent) ? null : `named are ${named}, bound are ${sent}`;
}

/** As they are bound: of the two `@` of a collection's name one is left. */
export function namedParameters(query: string): string[] {
  const found = query.replace(/"[^"]*"/g, '').matchAll(/@(@?[A-Za-z_]\w*)/g);
  return [...new Set([...found].map(([, name = '']) => name))].sort();
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === 'silence') return;
  if (answer === 'reset') {
    response.socket?.destroy();
    return;
  }
  if (answer === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
    response.write('{"error":false,');
    response.socket?.end();
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(answer.body));
}
