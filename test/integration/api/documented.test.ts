import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { serve } from '../../support/served.ts';

const PAGE = readFileSync('docs/api.md', 'utf8');

/** Every address that the page writes out whole, in examples and tables. */
const ADDRESSES = [...PAGE.matchAll(/(?:8420|`)(\/api\/v1\/[\w\-./?=&%^@+]+)(?=[`\s\\])/g)].flatMap(
  ([, path]) => path ?? [],
);

test('every address that the page of the API names is there', async () => {
  const { ask, send, ended } = await serve();
  const command = { type: 'environment.create', data: { name: 'shop', template: 'hello' } };
  await ended((await send('/api/v1/commands', command)).body.run.id);
  expect(ADDRESSES.length).toBeGreaterThan(15);
  const others: Record<string, number> = {
    '/api/v1/commands': 405,
    '/api/v1/previews': 405,
    '/api/v1/runs/RUN/cancel': 405,
    // Nobody uses it here.
    '/api/v1/resources/external/payments-api/dependents': 404,
  };
  for (const path of ADDRESSES) {
    const { status, body } = await ask(path);
    expect(`${path} ${status}`).toBe(`${path} ${others[path] ?? 200}`);
    expect(body.code).not.toBe('ROUTE_NOT_FOUND');
  }
});
