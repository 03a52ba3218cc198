import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Served, serve } from '../../support/served.ts';

async function withDemo(): Promise<Served> {
  const served = await serve();
  const { body } = await served.send('/api/v1/commands', {
    type: 'environment.create',
    data: { name: 'demo', template: 'hello@1.0.0', tags: ['blue'], description: 'Shop window' },
  });
  await served.ended(body.run.id);
  return served;
}

test('what was built is found by every way that leads to it', async () => {
  const { ask } = await withDemo();
  const get = async (path: string) => (await ask(`/api/v1/${path}`)).body;
  expect((await get('environments?tag=blue&status=ok')).items).toHaveLength(1);
  expect((await get('environments?tag=red')).items).toEqual([]);
  expect((await get('resources?environment=demo&executor=terraform')).items).toMatchObject([
    { label: 'site', status: 'ok' },
  ]);
  const graph = await get('environments/demo/graph');
  expect(graph.nodes).toHaveLength(4);
  expect(graph.edges).toContainEqual({ from: 'settings[0]', to: 'site[0]' });
  expect(await get('resources/demo/web')).toEqual(await get('resources/demo/web%5B0%5D'));
  const needs = await get('resources/demo/web/dependencies');
  expect(needs.nodes.map(({ name }: { name: string }) => name)).toContain('demo/password');
  const neededBy = await get('resources/demo/password/dependents?depth=1');
  expect(neededBy.nodes.every(({ depth }: { depth: number }) => depth === 1)).toBe(true);
  await expect
    .poll(async () => (await get('search?q=window')).found)
    .toMatchObject([{ kind: 'environment', name: 'demo' }]);
  expect(await get('templates/hello')).toMatchObject({ name: 'hello', version: '1.0.0' });
  expect(await get('runs/demo')).toMatchObject({ kind: 'create', status: 'succeeded' });
});

test('what a look found is told with its environment', async () => {
  const { ask, send, ended } = await withDemo();
  const drift = async () => (await ask('/api/v1/environments/demo/drift')).body;
  expect(await drift()).toMatchObject({ drifted: 0, resources: [{ drift: null }, {}, {}, {}] });
  const reconcile = { type: 'environment.reconcile', data: { name: 'demo' } };
  const { body } = await send('/api/v1/commands', reconcile);
  await ended(body.run.id);
  const known = await drift();
  expect(known).toMatchObject({ environment: 'demo', drifted: 0 });
  for (const { drift: found } of known.resources) {
    expect(found).toMatchObject({ drifted: false, finding: 'present', run: body.run.id });
  }
  expect((await ask('/api/v1/environments/none/drift')).status).toBe(404);
});

test('a secret is told by no address', async () => {
  const { ask } = await withDemo();
  const paths = ['environments', 'resources', 'resources/demo/site', 'runs/demo/steps', 'events'];
  const told = await Promise.all(paths.map((path) => ask(`/api/v1/${path}`)));
  const environment = told[0]?.body.items[0];
  expect(environment.outputs.login).toBe('[redacted]');
  expect(JSON.stringify(told)).not.toContain('secret://');
});

test('pages of a list hold every item once, whatever their size', async () => {
  const { ask } = await withDemo();
  const all = (await ask('/api/v1/resources')).body.items;
  const paged: unknown[] = [];
  for (let path: string | null = '/api/v1/resources?limit=1'; path !== null; ) {
    const { items, next }: { items: unknown[]; next: string | null } = (await ask(path)).body;
    paged.push(...items);
    path = next === null ? null : `/api/v1/resources?limit=1&cursor=${next}`;
  }
  expect(paged).toEqual(all);
});

test('who has the newest document already is told so, until it changes', async () => {
  const { ask, send, ended } = await withDemo();
  const first = await ask('/api/v1/environments/demo');
  const tag = first.headers.get('etag') ?? '';
  const same = await ask('/api/v1/environments/demo', { headers: { 'if-none-match': tag } });
  expect(same).toMatchObject({ status: 304, body: '' });
  const destroy = { type: 'environment.destroy', data: { name: 'demo' } };
  await ended((await send('/api/v1/commands', destroy)).body.run.id);
  const changed = await ask('/api/v1/environments/demo', { headers: { 'if-none-match': tag } });
  expect(changed).toMatchObject({ status: 200, body: { status: 'destroyed' } });
});

describe('what cannot be answered', () => {
  test.each([
    ['GET', '/api/v1/environments/nobody', 404, 'ENVIRONMENT_NOT_FOUND'],
    ['GET', '/api/v1/environments/a%2fb', 404, 'ENVIRONMENT_NOT_FOUND'],
    ['GET', '/api/v1/resources/nobody/web', 404, 'ENVIRONMENT_NOT_FOUND'],
    ['GET', '/api/v1/resources/external/payments/dependents', 404, 'RESOURCE_NOT_FOUND'],
    ['GET', '/api/v1/runs/nothing/logs', 404, 'RUN_NOT_FOUND'],
    ['GET', '/api/v1/templates/nothing', 404, 'TEMPLATE_NOT_FOUND'],
    ['GET', '/api/v1/problems/NOTHING', 404, 'ROUTE_NOT_FOUND'],
    ['GET', '/api/v1/nothing', 404, 'ROUTE_NOT_FOUND'],
    ['DELETE', '/api/v1/environments/demo', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/v1/environments?limit=0', 400, 'REQUEST_INVALID'],
    ['GET', '/api/v1/environments?cursor=!', 400, 'REQUEST_INVALID'],
    ['GET', '/api/v1/resources/demo/%ff', 400, 'REQUEST_INVALID'],
    ['GET', '/api/v1/search?q=%20', 400, 'USAGE'],
  ] as const)('%s %s is a problem', async (...[method, path, status, code]) => {
    const { ask } = await serve();
    const answer = await ask(path, { method });
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('a wrong method is told which ones there are', async () => {
    const { ask } = await serve();
    const { headers } = await ask('/api/v1/commands');
    expect(headers.get('allow')).toBe('POST');
  });

  test('what is no HTTP gets a problem, and the connection is closed', async () => {
    const { url } = await serve();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write('hello\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('REQUEST_INVALID');
  });
});

test('a request keeps the name that its sender gave it, if that is fit for a log', async () => {
  const { ask } = await serve();
  const named = await ask('/livez', { headers: { 'x-request-id': 'order-4711' } });
  expect(named.headers.get('x-request-id')).toBe('order-4711');
  const unfit = await ask('/livez', { headers: { 'x-request-id': 'a b' } });
  expect(unfit.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
});
