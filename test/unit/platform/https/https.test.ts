import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src/platform/clock.ts';
import { type Ask, createHttps } from '../../../../src/platform/https/https.ts';
import { proxyEnvironment } from '../../../../src/platform/https/proxy.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

function get(ask: Partial<Ask> & { url: URL }, clock = systemClock) {
  const https = createHttps({ host: {}, clock });
  onTestFinished(() => https.close());
  const { signal } = new AbortController();
  return https.ask({ signal, bytesMax: 1_000, answerMaxMs: 60_000, ...ask });
}

describe('an address', () => {
  it('answers with a status, a head and a body', async () => {
    const url = await serve((_, response) => response.writeHead(404, { 'x-a': 'b' }).end('none'));
    const answer = await get({ url });
    expect(answer).toMatchObject({ status: 404, headers: { 'x-a': 'b' } });
    expect(answer.body.toString()).toBe('none');
  });

  it('that leads elsewhere is followed only where that is asked for, and gets no headers there', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve(({ url: path, headers }, response) => {
      seen.push(headers.authorization);
      if (path === '/') response.writeHead(302, { location: '/there' }).end('moved');
      else response.end('there');
    });
    const headers = { authorization: 'Bearer token' };
    expect(await get({ url, headers })).toMatchObject({ status: 302 });
    const asked: string[] = [];
    const demandMayLeadTo = ({ pathname }: URL) => {
      asked.push(pathname);
    };
    expect((await get({ url, headers, demandMayLeadTo })).body.toString()).toBe('there');
    expect(asked).toEqual(['/there']);
    expect(seen).toEqual(['Bearer token', 'Bearer token', undefined]);
    const refused = new Error('not there');
    const demand = () => {
      throw refused;
    };
    await expect(get({ url, demandMayLeadTo: demand })).rejects.toMatchObject({ cause: refused });
  });

  it('that leads in circles, or sends too much, is left', async () => {
    const url = await serve(({ url: path }, response) => {
      if (path === '/round') response.writeHead(302, { location: '/round' }).end();
      else response.end('x'.repeat(1_001));
    });
    const demandMayLeadTo = () => {};
    const round = get({ url: new URL('round', url), demandMayLeadTo });
    await expect(round).rejects.toMatchObject({ reason: 'unreachable', name: 'HttpsFailure' });
    await expect(get({ url })).rejects.toMatchObject({ reason: 'too-large' });
  });

  it('that is silent is given up, and so is one that never ends', async () => {
    const clock = createVirtualClock();
    const heard: (() => void)[] = [];
    const url = await serve(({ url: path }, response) => {
      if (path === '/slow') response.writeHead(200).write('begun');
      heard.shift()?.();
    });
    const begun = () => new Promise<void>((resolve) => heard.push(resolve));
    const first = begun();
    const silent = get({ url }, clock);
    await Promise.all([
      first,
      expect(silent).rejects.toThrow('nothing came for 30 s'),
      first.then(() => clock.advance(30_000)),
    ]);
    const second = begun();
    const slow = get({ url: new URL('slow', url), answerMaxMs: 20_000 }, clock);
    await Promise.all([
      second,
      expect(slow).rejects.toThrow('it took more than 20 s'),
      second.then(() => clock.advance(20_000)),
    ]);
    expect(clock.timersWaiting).toBe(0);
  });

  it('that nobody waits for any more is left with the reason', async () => {
    const interrupt = new AbortController();
    const url = await serve(() => interrupt.abort(new Error('enough')));
    await expect(get({ url, signal: interrupt.signal })).rejects.toThrow('enough');
  });
});

describe('what the environment names', () => {
  const open = (host: Record<string, string>) => () => createHttps({ host, clock: systemClock });

  it('is told by its variable where SSL_CERT_FILE is no file of certificates', () => {
    const folder = temporaryFolder();
    const nonsense = join(folder, 'nonsense.pem');
    writeFileSync(nonsense, 'no certificate');
    for (const file of [join(folder, 'none.pem'), folder, nonsense]) {
      expect(open({ SSL_CERT_FILE: file })).toThrow(
        expect.objectContaining({
          code: 'CONFIGURATION_INVALID',
          message: expect.stringContaining(`SSL_CERT_FILE names no file of certificates`),
          facts: { variable: 'SSL_CERT_FILE' },
        }),
      );
    }
    open({ SSL_CERT_FILE: '' })().close();
  });

  it('is told without its text where a proxy is no address', () => {
    for (const proxy of ['http://user:secret@', 'socks5://user:secret@proxy:1', 'a secret proxy']) {
      expect(open({ https_proxy: proxy })).toThrow(
        expect.objectContaining({
          code: 'CONFIGURATION_INVALID',
          message: expect.not.stringContaining('secret'),
          facts: { variable: 'https_proxy' },
        }),
      );
    }
  });

  it('is a proxy also where nothing says how it is spoken to', () => {
    const proxies = { HTTPS_PROXY: 'user:secret@proxy:3128', http_proxy: 'https://proxy', a: 'b' };
    expect(proxyEnvironment({ ...proxies, HTTP_PROXY: '' })).toEqual({
      ...proxies,
      HTTPS_PROXY: 'http://user:secret@proxy:3128',
      HTTP_PROXY: '',
    });
  });
});
