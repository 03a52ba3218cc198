import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { StatusEndpoint } from '../../../../src/model/template.ts';
import { createNetworkProbe } from '../../../../src/probe/network/network-probe.ts';

const probe = createNetworkProbe();
const servers: Server[] = [];

async function listen<T extends Server>(server: T): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') {
      server.closeAllConnections();
    }
    server.close();
  }
});

const http = (target: string, expectStatus: number[] = []): StatusEndpoint => ({
  kind: 'http',
  target,
  expectStatus,
  timeoutSeconds: 1,
  intervalSeconds: 1,
});
const tcp = (target: string): StatusEndpoint => ({ ...http(target), kind: 'tcp' });

async function serve(handle: RequestListener): Promise<string> {
  return `http://localhost:${await listen(createHttp(handle))}`;
}

const answering = (status: number, headers = {}) =>
  serve((_request, response) => response.writeHead(status, headers).end('the body'));

describe('an HTTP endpoint', () => {
  it('is alive with any answer below 400', async () => {
    expect(await probe(http(`${await answering(204)}/health?x=1`), 5_000)).toEqual({
      alive: true,
      detail: expect.stringMatching(/^204 No Content in \d+ ms$/),
    });
    expect(await probe(http(await answering(503)), 5_000)).toEqual({
      alive: false,
      detail: expect.stringMatching(/^503 Service Unavailable in \d+ ms, expected less than 400$/),
    });
  });

  it('is alive only with the answers that are expected, where some are', async () => {
    const target = await answering(401);
    expect(await probe(http(target, [401, 403]), 5_000)).toMatchObject({ alive: true });
    expect(await probe(http(target, [200]), 5_000)).toMatchObject({
      alive: false,
      detail: expect.stringContaining('expected 200'),
    });
  });

  it('is asked with GET, and redirects are not followed', async () => {
    const asked: (string | undefined)[] = [];
    const target = await serve((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await probe(http(`${target}/a`), 5_000)).toMatchObject({ alive: true });
    expect(asked).toEqual(['GET /a']);
  });

  it('is not read: a body without an end does no harm', async () => {
    const target = await serve((_request, response) => {
      response.writeHead(200);
      response.write('x'.repeat(100_000));
    });
    expect(await probe(http(target), 5_000)).toMatchObject({ alive: true });
  });

  it('that does not answer in time is not alive', async () => {
    const target = await serve(() => {});
    expect(await probe(http(target), 50)).toEqual({
      alive: false,
      detail: 'no answer within 50 ms',
    });
  });

  it('that does not speak HTTP is not alive', async () => {
    const port = await listen(createTcp((socket) => socket.end('hello\r\n\r\n')));
    expect(await probe(http(`http://127.0.0.1:${port}`), 5_000)).toEqual({
      alive: false,
      detail: 'the answer is not HTTP',
    });
  });

  it('with credentials does not tell them', async () => {
    const { detail } = await probe(http('http://user:canary-pw@localhost:1/x'), 5_000);
    expect(detail).toBe('connection refused');
  });

  it.each([
    ['http://no-such-host.invalid/', /name/],
    ['ftp://localhost/', /neither with http/],
    ['not a url', /not a URL/],
  ])('that cannot be asked is not alive: %s', async (target, detail) => {
    expect(await probe(http(target), 5_000)).toEqual({
      alive: false,
      detail: expect.stringMatching(detail),
    });
  });
});

describe('a TCP endpoint', () => {
  it('is alive where it accepts a connection', async () => {
    const port = await listen(createTcp((socket) => socket.on('error', () => {})));
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(await probe(tcp(`${host}:${port}`), 5_000)).toEqual({
        alive: true,
        detail: expect.stringMatching(/^connected in \d+ ms$/),
      });
    }
  });

  it('is not alive where nobody listens', async () => {
    expect(await probe(tcp('127.0.0.1:1'), 5_000)).toEqual({
      alive: false,
      detail: 'connection refused',
    });
  });

  it.each(['localhost', ':80', 'a:b:80', 'localhost:99999', 'localhost:'])(
    'is not alive where its address is odd: %s',
    async (target) => {
      expect(await probe(tcp(target), 5_000)).toMatchObject({ alive: false });
    },
  );
});

describe('addresses that give away credentials of the machine', () => {
  it.each([
    http('http://169.254.169.254/latest/meta-data/'),
    http('http://0xA9FEA9FE/'),
    http('http://2852039166/'),
    http('http://[::ffff:169.254.169.254]/'),
    http('http://[fe80::1]/'),
    http('http://[fd00:ec2::254]/'),
    http('http://100.100.100.200/'),
    tcp('169.254.169.254:80'),
    tcp('0xA9FEA9FE:80'),
    tcp('[::ffff:a9fe:a9fe]:80'),
    tcp('[fe80::1]:80'),
  ])('are not asked: $kind $target', async (endpoint) => {
    expect(await probe(endpoint, 5_000)).toEqual({
      alive: false,
      detail: 'the address is link-local or a metadata service: not asked',
    });
  });
});

describe('a name', () => {
  it('is resolved once: the connection goes to the address that was checked', async () => {
    const port = await listen(createHttp((_request, response) => response.end()));
    const asked: string[] = [];
    const pinning = createNetworkProbe({
      resolve: async (host) => {
        asked.push(host);
        return [{ address: '127.0.0.1', family: 4 }];
      },
    });
    for (const endpoint of [http(`http://app.invalid:${port}`), tcp(`app.invalid:${port}`)]) {
      expect(await pinning(endpoint, 5_000)).toMatchObject({ alive: true });
    }
    expect(asked).toEqual(['app.invalid', 'app.invalid']);
  });

  it('that stands for an address that is not allowed beside a good one is not asked', async () => {
    const rebinding = createNetworkProbe({
      resolve: async () => [
        { address: '127.0.0.1', family: 4 },
        { address: 'fe80::1%eth0', family: 6 },
      ],
    });
    expect(await rebinding(http('http://app.invalid/'), 5_000)).toMatchObject({
      alive: false,
      detail: expect.stringContaining('not asked'),
    });
  });

  it('without an address is not alive', async () => {
    const empty = createNetworkProbe({ resolve: async () => [] });
    for (const endpoint of [http('http://app.invalid/'), tcp('app.invalid:80')]) {
      expect(await empty(endpoint, 5_000)).toEqual({
        alive: false,
        detail: 'the name has no address',
      });
    }
  });
});

describe('a probe that is stopped', () => {
  it('answers at once', async () => {
    const controller = new AbortController();
    const target = await serve(() => controller.abort());
    expect(await probe(http(target), 60_000, controller.signal)).toEqual({
      alive: false,
      detail: 'stopped',
    });
    expect(await probe(tcp('localhost:1'), 60_000, AbortSignal.abort())).toEqual({
      alive: false,
      detail: 'stopped',
    });
  });
});
