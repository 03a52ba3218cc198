import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPlace, type Place } from './support/place.ts';
import { templateHead, writeTemplate } from './support/templates.ts';

const TEMPLATE = `${templateHead('shop')}parameters:
  type: object
  properties: { prefix: { type: string } }
resources:
  - id: password
    executor: vault-secret
    with: { path: "\${environment.name}/db", generate: { password: { length: 16 } } }
  - id: settings
    executor: consul-kv
    with: { prefix: "\${parameters.prefix}", entries: { a: 1 } }
  - id: login
    executor: consul-kv
    with:
      prefix: "\${environment.name}/login"
      secretEntries: { password: "\${resources.password.outputs.password}" }
`;

let place: Place;
beforeEach(async () => {
  place = createPlace();
  await place.run(
    'template',
    'publish',
    writeTemplate(place, 'shop', { 'template.yaml': TEMPLATE }),
  );
});
afterEach(() => place.leave());

const actions = (document: { resources: { label: string; action: string }[] }) =>
  document.resources.map(({ label, action }) => `${action} ${label}`).sort();

it('what a living environment has is adopted only where that is said, and is its no more', async () => {
  await place.run('environment', 'create', 'blue', '-t', 'shop', '-p', 'prefix=shared');
  const green = [
    'environment',
    'adopt',
    'green',
    '-t',
    'shop',
    '-p',
    'prefix=shared',
    '--resource',
  ];
  const wouldBeRefused = await place.run(...green, 'settings', '--dry-run');
  expect(wouldBeRefused.code).toBe(1);
  expect(wouldBeRefused.stderr).toContain(
    'settings would not be adopted: The prefix shared belongs',
  );
  const planned = await place.json(...green, 'settings=from=blue', '--dry-run');
  expect(actions(planned.document)).toEqual(['adopt settings', 'create login', 'create password']);
  const absent = [...green.with(2, 'red').with(6, 'prefix=nowhere'), 'settings', '--dry-run'];
  expect((await place.run(...absent)).stderr).toContain('there is none of the template');

  const refused = await place.run(...green, 'settings');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('belongs to settings[0] of the environment blue, which lives');
  expect(refused.stderr).toContain('docs/errors/ADOPTION_REFUSED.md');

  // The environment is there by now, and goes on where it was.
  expect((await place.run(...green.slice(0, 3), '--resource', 'settings=from=blue')).code).toBe(0);
  const { document } = await place.json('run', 'show', 'green');
  expect(document.steps).toEqual([
    expect.objectContaining({ label: 'settings', action: 'adopt', result: 'adopted' }),
  ]);
  expect((await place.run('environment', 'destroy', 'blue', '--yes')).code).toBe(0);
  expect((await place.run('environment', 'update', 'green')).stdout).toContain('is ok');
});

it('a rotated secret brings with it what reads it, and nothing else', async () => {
  const create = ['-t', 'shop', '-p', 'prefix=one', '--expires-in', '2d'];
  const created = await place.json('environment', 'create', 'one', ...create);
  const endsAtMs = Date.parse(created.document.environment.plannedDestructionAt);
  expect(endsAtMs).toBeGreaterThan(Date.now());
  expect((await place.run('environment', 'list')).stdout).toMatch(/expires in (?:47 h|2 d)/);

  const { document } = await place.json('environment', 'rotate', 'one', 'password', '--dry-run');
  expect(actions(document)).toEqual(['decide login', 'leave settings', 'rotate password']);
  const rotated = await place.run('environment', 'rotate', 'one', 'password');
  expect(rotated.stderr).toMatch(/password +rotated/);
  expect(rotated.stderr).toMatch(/login +changed/);
  expect(rotated.stderr).not.toMatch(/settings +changed/);
  const extended = await place.json('environment', 'extend', 'one', '--never');
  expect(extended.document.environment.plannedDestructionAt).toBeNull();
});
