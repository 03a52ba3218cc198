import { describe, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import type { Order } from '../../../src/model/order.ts';
import { type ApiHouse, deskAt, openApiHouse, startWorkerAt } from '../../support/api-house.ts';
import { watchRoutes } from '../../support/routes-of.ts';
import { resource } from '../../support/templates.ts';
import { applied, claimOf } from '../../support/worker-side.ts';

/** The next order, taken from the bus as a worker takes it, and nothing done with it. */
function nextOrder({ bus }: ApiHouse): Promise<Order> {
  return new Promise((resolve) => {
    void bus.takeOrders('default', 1, async (order) => resolve(order));
  });
}

async function claimed(house: ApiHouse) {
  const desk = deskAt(house.url);
  const runId = await house.begin([resource('a', { with: { size: 1 } })]);
  const order = await nextOrder(house);
  const grant = await desk.claim(order, 'worker-1');
  if (grant === undefined) throw new Error('not granted');
  const claim = { ...claimOf(order, grant), orderToken: order.token ?? '' };
  return { house, desk, runId, order, grant, claim };
}

describe('a worker that has only the API', () => {
  test('builds what it is ordered to, and its reports are recorded', async () => {
    const house = await openApiHouse();
    await startWorkerAt(house, { desk: deskAt(house.url) });
    const runId = await house.begin([resource('a'), resource('b', { needs: ['a'] })]);
    expect(await house.ended(runId)).toMatchObject({ status: 'succeeded' });
    expect(house.ledger.effects.map(({ what, key }) => `${what} ${key}`)).toEqual([
      'begin one/a[0]',
      'apply one/a[0]',
      'begin one/b[0]',
      'apply one/b[0]',
    ]);
    const step = await house.context.store.get('steps', `${runId}/a[0]`);
    expect(step?.value).toMatchObject({ status: 'succeeded', claimCount: 1 });
  });

  test('goes to another server where the first one is away', async () => {
    const house = await openApiHouse();
    const { app, url } = await house.anotherApi();
    await app.close();
    await startWorkerAt(house, { desk: deskAt(url, house.url) });
    const runId = await house.begin([resource('a')]);
    expect(await house.ended(runId)).toMatchObject({ status: 'succeeded' });
  });

  test('says of a server that is away what may be repeated', async () => {
    const house = await openApiHouse();
    const { claim } = await claimed(house);
    const away = deskAt('http://127.0.0.1:1');
    await expect(away.heartbeat(claim)).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      entry: { retryable: true },
    });
  });
});

describe('the desk over the API', () => {
  test('answers about a claim as the one of the engine does', async () => {
    const { desk, claim, grant, house, runId } = await claimed(await openApiHouse());
    expect(grant).toMatchObject({ label: 'a', spec: { size: 1 }, prior: null });
    expect(await desk.heartbeat(claim)).toBe('go-on');
    await desk.checkpoint(claim, 'sealed');
    await desk.log(claim, grant.claimNumber, 0, 'a line\n');
    expect(await desk.isRecorded({ environment: 'one', identity: 'a[0]' }, claim)).toBe(true);
    expect(await desk.isRecorded({ environment: 'one', identity: 'b[0]' }, claim)).toBe(false);
    expect(await desk.bundle(grant.bundleDigest, claim)).toMatchObject({ files: [] });
    expect(await desk.report(claim, applied())).toBe('recorded');
    expect(await desk.report(claim, applied())).toBe('recorded');
    expect(await desk.heartbeat(claim)).toBe('stop');
    const { store } = house.context;
    expect((await store.get('states', 'one/a[0]'))?.value.sealed).toBe('sealed');
    const log = await store.readLog({
      runId,
      address: 'a[0]',
      afterSequence: 0,
      limit: 10,
    });
    expect(log.map(({ text }) => text)).toEqual(['a line\n']);
    expect(await house.ended(runId)).toMatchObject({ status: 'succeeded' });
  });

  test('names workers so that none passes for one of a server', async () => {
    const { house, runId } = await claimed(await openApiHouse());
    const step = await house.context.store.get('steps', `${runId}/a[0]`);
    expect(step?.value.claim?.worker).toBe('remote/worker-1');
  });

  test('refuses a claim that is not the current one', async () => {
    const { desk, claim, grant } = await claimed(await openApiHouse());
    const other = { ...claim, claimToken: '01a1fd1d-8a9f-7332-b9fe-a0de93259eb8' };
    const refused = { code: 'CLAIM_REFUSED' };
    expect(await desk.heartbeat(other)).toBe('stop');
    expect(await desk.report(other, applied())).toBe('refused');
    await expect(desk.checkpoint(other, 'sealed')).rejects.toMatchObject(refused);
    await expect(desk.log(other, 1, 0, 'x')).rejects.toMatchObject(refused);
    await expect(desk.log(claim, 2, 0, 'x')).rejects.toMatchObject(refused);
    await expect(desk.bundle(grant.bundleDigest, other)).rejects.toMatchObject(refused);
    await expect(desk.bundle('sha256:another@1.0.0', claim)).rejects.toMatchObject(refused);
    const owner = { environment: 'one', identity: 'a[0]' };
    await expect(desk.isRecorded(owner, other)).rejects.toMatchObject(refused);
  });

  test('admits with an order to nothing that another order is about', async () => {
    const house = await openApiHouse();
    const { desk, claim, order } = await claimed(house);
    const forged = order.token?.replace(/.$/, (last) => (last === '0' ? '1' : '0')) ?? '';
    for (const orderToken of [forged, 'order.e30.00', 'nothing', order.token?.slice(6) ?? '']) {
      await expect(desk.heartbeat({ ...claim, orderToken })).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
    // The token says which step is meant, whatever the claim says.
    expect(await desk.heartbeat({ ...claim, address: 'b[0]' })).toBe('go-on');
  });

  test('asks for an order, and for no other token', async () => {
    const { house, claim } = await claimed(await openApiHouse());
    const answer = await fetch(`${house.url}/api/v1/orders/heartbeat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ claimToken: claim.claimToken }),
    });
    expect(answer.status).toBe(401);
  });

  test('is all that the token of an order is good for', async () => {
    const routes = watchRoutes();
    const { access } = configSchema.parse({
      access: {
        tokens: [{ name: 'somebody', role: 'admin', hash: `sha256:${'0'.repeat(64)}` }],
        failuresPerMinuteMax: 1_000_000,
      },
    });
    const settings = { mode: 'tokens' as const, tokens: access.tokens, oidc: null, limits: access };
    const { house, order } = await claimed(await openApiHouse({ access: settings }));
    const headers = { authorization: `Bearer ${order.token}` };
    const open = new Set(['/livez', '/readyz']);
    const told = new Map<string, boolean>();
    for (const { method, url } of routes) {
      const path = url.replaceAll(/:\w+/g, 'nothing').replaceAll('*', 'nothing');
      const { status } = await fetch(`${house.url}${path}`, { method, headers });
      told.set(`${method} ${url}`, status !== 401);
    }
    const isMeant = (url: string) => url.startsWith('/api/v1/orders/') || open.has(url);
    const expected = routes.map(({ method, url }) => [`${method} ${url}`, isMeant(url)] as const);
    expect(told).toEqual(new Map(expected));
  });

  test('refuses what is no report', async () => {
    const { desk, claim, house, runId } = await claimed(await openApiHouse());
    const report = { ...applied(), parts: 'none' } as never;
    await expect(desk.report(claim, report)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    const step = await house.context.store.get('steps', `${runId}/a[0]`);
    expect(step?.value.status).toBe('running');
  });
});
