import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPlace, type Place } from './support/place.ts';

let place: Place;
beforeEach(() => {
  place = createPlace();
});
afterEach(() => place.leave());

it('the doctor answers where nothing is there, and makes nothing', async () => {
  const { code, stdout } = await place.run('doctor');
  expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({
    code: 0,
    last: 'everything is as it should be',
  });
  expect(readdirSync(place.folder)).toEqual([]);
});

it('the doctor answers where settings and store are broken, with 1 and all that is wrong', async () => {
  expect((await place.run('template', 'list')).code).toBe(0);
  place.write('.biotope/store.db', 'no database');
  place.write('settings.yaml', 'log: {level: loud}\n');
  const { code, document } = await place.json('doctor', '--config', 'settings.yaml');
  expect(code).toBe(1);
  expect(document.ok).toBe(false);
  const failed = document.checks.filter(({ status }: { status: string }) => status === 'failed');
  expect(failed.map(({ name }: { name: string }) => name)).toEqual(['configuration', 'store']);
  for (const { found, remedy } of failed) expect({ found, remedy }).not.toContain(null);
});
