import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNetworkPost } from '../../../src/post/network/network-post.ts';
import type { PostRequest } from '../../../src/post/post.ts';

async function receiver(listener: RequestListener): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, asked };
}

const request = (url: string, more: Partial<PostRequest> = {}): PostRequest => ({
  url,
  headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' },
  body: '{"a":"ä"}',
  timeoutMs: 5_000,
  allowsPrivate: true,
  ...more,
});

const { signal } = new AbortController();
const post = createNetworkPost();

describe('a post over the network', () => {
  it('brings headers and body, and tells status and the beginning of the answer', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const { url } = await receiver(async (incoming, response) => {
      const chunks = [];
      for await (const chunk of incoming) chunks.push(chunk);
      resolve([incoming.headers['webhook-id'], Buffer.concat(chunks).toString()]);
      response.writeHead(202).end('thank you');
    });
    const answer = await post(request(url), signal);
    expect(answer).toEqual({
      status: 202,
      detail: '202 Accepted',
      body: 'thank you',
      retryAfterMs: null,
    });
    expect(await promise).toEqual(['msg_1', '{"a":"ä"}']);
  });

  it('reads no more of an endless answer than its beginning', async () => {
    const { url } = await receiver((_, response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', write);
      write();
    });
    const { status, body } = await post(request(url), signal);
    expect(status).toBe(200);
    expect(body).toHaveLength(1_024);
  });

  it('does not follow a redirect', async () => {
    const other = await receiver((_, response) => void response.end());
    const { url } = await receiver((_, response) => {
      response.writeHead(307, { location: other.url }).end();
    });
    expect(await post(request(url), signal)).toMatchObject({ status: 307 });
    expect(other.asked).toEqual([]);
  });

  it('tells how long it is asked to wait, in seconds or as a time, at most a day', async () => {
    const waits = ['7', new Date(Date.now() + 60_000).toUTCString(), '999999999', 'soon'];
    const { url } = await receiver((_, response) => {
      response.writeHead(503, { 'retry-after': waits.shift() ?? '' }).end();
    });
    const told = [];
    for (const _ of [1, 2, 3, 4]) told.push((await post(request(url), signal)).retryAfterMs);
    expect(told[0]).toBe(7_000);
    expect(told[1]).toBeGreaterThan(50_000);
    expect(told[1]).toBeLessThanOrEqual(60_000);
    expect(told.slice(2)).toEqual([24 * 3_600_000, null]);
  });

  it('gives up a receiver that does not answer, or is not there', async () => {
    const { url } = await receiver(() => {});
    const late = await post(request(url, { timeoutMs: 200 }), signal);
    expect(late).toMatchObject({ status: null, detail: 'no answer within 200 ms' });
    const none = await post(request('http://127.0.0.1:1/'), signal);
    expect(none).toMatchObject({ status: null, detail: 'connection refused' });
  });

  it('rejects with the reason of whoever stops it', async () => {
    const { url } = await receiver(() => {});
    const abort = new AbortController();
    const posted = post(request(url), abort.signal);
    abort.abort(new Error('enough'));
    await expect(posted).rejects.toThrow('enough');
  });

  it.each(['127.0.0.1', '10.1.2.3', '192.168.0.9', '172.20.1.1', '100.64.0.1', '0.0.0.0', '::1'])(
    'does not connect to %s of a private network unless it may',
    async (address) => {
      const { url, asked } = await receiver((_, response) => void response.end());
      const family = address.includes(':') ? 6 : 4;
      const careful = createNetworkPost({ resolve: async () => [{ address, family }] });
      const { port } = new URL(url);
      const named = request(`http://outside.test:${port}/`, { allowsPrivate: false });
      const answer = await careful(named, signal);
      expect(answer).toMatchObject({ status: null });
      expect(answer.detail).toContain('private network');
      expect(asked).toEqual([]);
    },
  );

  it('sees through an IPv4 address that is written as one of IPv6', async () => {
    const resolve = async () => [{ address: '::ffff:10.0.0.1', family: 6 }];
    const careful = createNetworkPost({ resolve });
    const { detail } = await careful(request('http://a.test/', { allowsPrivate: false }), signal);
    expect(detail).toContain('private network');
  });

  it('connects to the very address that was checked, whatever the name becomes', async () => {
    const { url, asked } = await receiver((_, response) => void response.end());
    const answers = ['127.0.0.1', '203.0.113.1'];
    const resolve = async () => [{ address: answers.shift() ?? '', family: 4 }];
    const { port } = new URL(url);
    const answer = await createNetworkPost({ resolve })(
      request(`http://turns.test:${port}/`),
      signal,
    );
    expect(answer.status).toBe(200);
    expect(asked).toHaveLength(1);
  });

  it('never asks a metadata service, even where private networks are allowed', async () => {
    const { detail } = await post(request('http://169.254.169.254/latest'), signal);
    expect(detail).toContain('metadata');
  });
});
