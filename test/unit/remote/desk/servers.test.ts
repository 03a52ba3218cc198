import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../../../src/platform/clock.ts';
import { createHttps } from '../../../../src/platform/https/https.ts';
import { silentLogger } from '../../../../src/platform/logger.ts';
import { createServers } from '../../../../src/remote/desk/servers.ts';

/** A server on loopback that answers in its own way, and counts. */
async function standIn(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const answering =
  (status: number, body: unknown, type = 'application/json'): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
  };

const well = answering(200, { answer: 'yes' });
const problem = (code: string, status: number) =>
  answering(status, {
    type: `https://biotope.test/errors/${code}`,
    title: code,
    status,
    code,
    detail: code,
    lines: [],
    facts: {},
    retryable: status === 503,
    instance: 'one',
  });

function serversAt(...urls: string[]) {
  const https = createHttps({ host: {}, clock: systemClock, keepAlive: true });
  onTestFinished(() => https.close());
  const { signal } = new AbortController();
  const servers = createServers({ urls, https, signal, log: silentLogger });
  let bodies = 0;
  const ask = () =>
    servers.ask({
      path: '/orders/question',
      token: 'order-1',
      body: () => ({ number: ++bodies }),
      schema: z.object({ answer: z.string() }),
      answerMaxMs: 300,
    });
  return { ...servers, askOnce: ask };
}

describe('several servers', () => {
  test('are asked as the holder of the order, and the one that answered is asked first', async () => {
    const [one, two] = [await standIn(problem('SERVER_NOT_READY', 503)), await standIn(well)];
    const { askOnce, isSilent } = serversAt(one.url, two.url);
    expect(await askOnce()).toEqual({ answer: 'yes' });
    expect(await askOnce()).toEqual({ answer: 'yes' });
    expect([one.asked, two.asked]).toEqual([
      ['Bearer order-1'],
      ['Bearer order-1', 'Bearer order-1'],
    ]);
    expect(isSilent()).toBe(false);
  });

  test('of which one hangs are asked in turn all the same', async () => {
    const hanging = await standIn(() => {});
    const { askOnce } = serversAt(hanging.url, (await standIn(well)).url);
    expect(await askOnce()).toEqual({ answer: 'yes' });
  });

  test('behind something that answers in their place are away', async () => {
    const gateway = await standIn(answering(502, '<html>', 'text/html'));
    const { askOnce, isSilent } = serversAt(gateway.url);
    await expect(askOnce()).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      entry: { retryable: true },
    });
    expect(isSilent()).toBe(true);
  });

  test('are not asked again what one of them refuses', async () => {
    const [one, two] = [await standIn(problem('CLAIM_REFUSED', 409)), await standIn(well)];
    const { askOnce } = serversAt(one.url, two.url);
    await expect(askOnce()).rejects.toMatchObject({ code: 'CLAIM_REFUSED' });
    expect(two.asked).toEqual([]);
  });
});
