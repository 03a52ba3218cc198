import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { type Served, serve } from '../../support/served.ts';

/** As a browser would: fetch would not let us write these headers. */
function asBrowser({ url }: Served, method: string, headers: Record<string, string>) {
  return new Promise<number | undefined>((resolve, reject) => {
    const asked = request(`${url}/api/v1/${method === 'GET' ? 'info' : 'commands'}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
    });
    asked.on('error', reject).on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.end(method === 'GET' ? undefined : '{}');
  });
}

describe('a server that asks nobody for a token', () => {
  test.each(['127.0.0.1', 'localhost', 'LOCALHOST:8420', '[::1]:8420', '127.1.2.3:1'])(
    'answers to %s',
    async (host) => {
      expect(await asBrowser(await serve(), 'GET', { host })).toBe(200);
    },
  );

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1:80'])(
    'refuses a request to the name %j, which another page may have pointed here',
    async (host) => {
      const served = await serve();
      expect(await asBrowser(served, 'GET', { host })).toBe(403);
      expect(await asBrowser(served, 'POST', { host })).toBe(403);
    },
  );

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('takes no command from another page: %j', async (headers) => {
    expect(await asBrowser(await serve(), 'POST', headers)).toBe(403);
  });

  test('takes commands from programs and from its own page', async () => {
    const served = await serve();
    const own = { origin: served.url, 'sec-fetch-site': 'same-origin' };
    expect(await asBrowser(served, 'POST', own)).toBe(400);
    expect(await asBrowser(served, 'POST', {})).toBe(400);
  });
});
