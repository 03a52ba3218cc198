import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConsulKeyValue } from '../../../src/keyvalue/consul/consul-keyvalue.ts';
import type { KeyValue } from '../../../src/keyvalue/keyvalue.ts';
import { consulClient } from '../../support/consul.ts';

const TOKEN = 'canary-consul-token-4Kq8';

/** Something that answers as a sick Consul, or as what stands before one. */
async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const saying =
  (status: number, body: string): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body);

function keyValueAt(url: string, callTimeoutMs?: number): KeyValue {
  const client = consulClient({ url, token: TOKEN, ...(callTimeoutMs ? { callTimeoutMs } : {}) });
  return createConsulKeyValue({ client, prefix: 'p' });
}

/** Every way of the port, each with what it rejects with. */
async function failuresOf(keyValue: KeyValue): Promise<unknown[]> {
  const set = { kind: 'set', key: 'a', value: 'x', revision: 0 } as const;
  const outcomes = await Promise.allSettled([
    keyValue.get('a'),
    keyValue.list('a'),
    keyValue.apply([set]),
    keyValue.apply([set, { kind: 'delete', key: 'b', revision: 3 }]),
  ]);
  return outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : 'done'));
}

describe('a Consul that is away', () => {
  const away = { code: 'SYSTEM_UNAVAILABLE', facts: { system: 'consul' } };

  it.each([
    { name: 'has no leader', listener: saying(500, 'No cluster leader') },
    { name: 'is overloaded', listener: saying(429, 'rate limit exceeded') },
    { name: 'stands behind a proxy that cannot reach it', listener: saying(502, 'bad gateway') },
    { name: 'breaks off', listener: ((request) => request.socket.destroy()) as RequestListener },
  ])('because it $name is told as such, by every method', async ({ listener }) => {
    for (const failure of await failuresOf(keyValueAt(await answering(listener)))) {
      expect(failure).toMatchObject(away);
    }
  });

  it('because nobody listens is told as such, and the breaker opens', async () => {
    const keyValue = keyValueAt('http://127.0.0.1:1');
    for (const failure of await failuresOf(keyValue)) expect(failure).toMatchObject(away);
    await expect(keyValue.get('a')).rejects.toThrow('it is asked again soon');
  });

  it('because it never answers is given up when its time is over', async () => {
    const url = await answering(() => {});
    for (const failure of await failuresOf(keyValueAt(url, 200))) {
      expect(failure).toMatchObject(away);
    }
  });

  it('is not waited for by a caller who gives up', async () => {
    const controller = new AbortController();
    const url = await answering(() => controller.abort(new Error('given up')));
    await expect(keyValueAt(url).list('', controller.signal)).rejects.toThrow('given up');
  });
});

describe('a Consul that refuses', () => {
  it('names the right that its token lacks', async () => {
    const url = await answering(saying(403, "Permission denied: token lacks 'key:write'"));
    const failures = await failuresOf(keyValueAt(url));
    const texts = failures.map((failure) => (failure as Error).message);
    expect(failures).toEqual(
      failures.map(() => expect.objectContaining({ code: 'SYSTEM_FORBIDDEN' })),
    );
    expect(texts).toEqual([
      expect.stringContaining('key "p/a" { policy = "read" }'),
      expect.stringContaining('key_prefix "p/a/" { policy = "read" }'),
      expect.stringContaining('key "p/a" { policy = "write" }'),
      expect.stringContaining('key "p/a" { policy = "write" }'),
    ]);
  });

  it('says where it does not know the token', async () => {
    const url = await answering(saying(403, 'ACL not found'));
    await expect(keyValueAt(url).get('a')).rejects.toMatchObject({
      code: 'SYSTEM_FORBIDDEN',
      message: expect.stringContaining('does not know the token'),
    });
  });

  it('counts as well: what it refuses opens no breaker', async () => {
    const keyValue = keyValueAt(await answering(saying(400, 'Bad request')));
    for (const failure of [...(await failuresOf(keyValue)), ...(await failuresOf(keyValue))]) {
      expect(failure).toMatchObject({ code: 'SYSTEM_REFUSED' });
    }
  });

  it('gets the token, which no error shows', async () => {
    const tokens: unknown[] = [];
    const url = await answering((request, response) => {
      tokens.push(request.headers['x-consul-token']);
      response.writeHead(403).end(`Permission denied`);
    });
    const failures = await failuresOf(keyValueAt(url));
    expect(tokens).toEqual(failures.map(() => TOKEN));
    expect(inspect(failures, { depth: 20, showHidden: true })).not.toContain(TOKEN);
  });
});
