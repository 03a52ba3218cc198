import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { type ApiClient, createApiClient } from '../../../src/remote/client/client.ts';

interface Seen {
  url: string;
  key: string | undefined;
  token: string | undefined;
  body: string;
}

let server: Server | undefined;
let client: ApiClient | undefined;
afterEach(() => {
  client?.close();
  server?.closeAllConnections();
  server?.close();
});

const interrupt = new AbortController();

/** Each request is answered by the next of `answers`, the last of them again and again. */
async function open(...answers: ((response: ServerResponse) => void)[]) {
  const seen: Seen[] = [];
  const silences: boolean[] = [];
  server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { 'idempotency-key': key, authorization: token } = request.headers;
    seen.push({
      url: request.url ?? '',
      key: key?.toString(),
      token,
      body: Buffer.concat(chunks).toString(),
    });
    answers[Math.min(seen.length, answers.length) - 1]?.(response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = openClient(url, silences);
  return { client, seen, silences, url };
}

function openClient(url: string, silences: boolean[] = []): ApiClient {
  return createApiClient({
    url,
    token: 'a-token',
    host: {},
    signal: interrupt.signal,
    clock: systemClock,
    random: () => 0,
    log: silentLogger,
    onSilence: (isSilent) => silences.push(isSilent),
  });
}

const says =
  (document: unknown, status = 200) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document));
  };
const breaksOff = (response: ServerResponse) => response.socket?.destroy();
const schema = z.object({ name: z.string() });

const problem = (code: string, more: object = {}) => ({
  type: `/api/v1/problems/${code}`,
  title: code,
  status: 409,
  detail: `It is ${code}.`,
  instance: 'urn:request:1',
  code,
  lines: ['one', 'two'],
  facts: { run: 'run-1' },
  retryable: false,
  ...more,
});

describe('a client of the API', () => {
  it('leaves out what a newer server tells besides, and says who it is', async () => {
    const { client, seen } = await open(says({ name: 'demo', ofTomorrow: true }));
    const query = { limit: 2, status: ['a', 'b'], cursor: undefined };
    expect(await client.get('/environments/a%20b', schema, query)).toEqual({ name: 'demo' });
    expect(seen[0]).toMatchObject({
      url: '/api/v1/environments/a%20b?limit=2&status=a&status=b',
      token: 'Bearer a-token',
    });
  });

  it('refuses as the server does, with its code, lines and facts', async () => {
    const { client } = await open(says(problem('RUN_FINISHED'), 409));
    await expect(client.get('/runs/run-1', schema)).rejects.toMatchObject({
      code: 'RUN_FINISHED',
      message: 'It is RUN_FINISHED.',
      detail: 'one\ntwo',
      facts: { run: 'run-1' },
    });
  });

  it('tells what is absent from what is refused', async () => {
    const { client } = await open(says(problem('RUN_NOT_FOUND'), 404));
    const asked = (absent: string[]) => client.find('/runs/run-1', schema, { absent });
    expect(await asked(['RUN_NOT_FOUND'])).toBeUndefined();
    await expect(asked([])).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it.each([
    ['of another version', says(problem('ROUTE_NOT_FOUND'), 404), /is of another version/],
    ['with a code of tomorrow', says(problem('OF_TOMORROW'), 409), /It is OF_TOMORROW/],
    ['that is none of ours', (r: ServerResponse) => r.writeHead(404).end('<html>'), /404 alone/],
    ['with other fields', says({ name: 3 }), /something else than this version expects \(name/],
  ])('says of a server %s what is wrong', async (_, answer, message) => {
    const { client } = await open(answer);
    await expect(client.get('/info', schema)).rejects.toMatchObject({
      code: 'SERVER_ANSWER_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('sends a command again under its key where the connection is lost', async () => {
    const busy = says(problem('SERVER_NOT_READY', { retryable: true }), 503);
    const { client, seen } = await open(breaksOff, busy, says({ name: 'done' }));
    const post = { body: { type: 'a' }, key: 'key-1' };
    expect(await client.post('/commands', schema, post)).toEqual({ name: 'done' });
    const once = { url: '/api/v1/commands', key: 'key-1', body: '{"type":"a"}' };
    expect(seen).toMatchObject([once, once, once]);
  });

  it('sends what has no key once', async () => {
    const { client, seen } = await open(breaksOff, says({ name: 'done' }));
    const sent = client.post('/previews', schema, { body: {} });
    await expect(sent).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect(seen).toHaveLength(1);
  });

  it('asks a server that had answered again, and tells that it is silent once', async () => {
    const fine = says({ name: 'demo' });
    const { client, silences } = await open(fine, breaksOff, breaksOff, fine, fine);
    for (let count = 0; count < 3; count += 1) await client.get('/info', schema);
    expect(silences).toEqual([true, false]);
  });

  it('says soon that nothing listens at the address', async () => {
    const { url } = await open(says({}));
    server?.close();
    await expect(openClient(url).get('/info', schema)).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      message: expect.stringContaining('nothing listens there'),
      facts: { server: url, cause: 'ECONNREFUSED' },
    });
  });

  it('says of https where nobody speaks it that this is so, without asking again', async () => {
    const { url, seen } = await open(says({}));
    const secure = openClient(url.replace('http:', 'https:'));
    await expect(secure.get('/info', schema)).rejects.toThrow(/it does not speak TLS/);
    expect(seen).toEqual([]);
  });
});
