import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPlace, eventually, type Place } from './support/place.ts';
import { templateHead, writeTemplate } from './support/templates.ts';

let place: Place;
beforeEach(async () => {
  place = createPlace();
  const folder = writeTemplate(place, 'note', {
    'template.yaml': `${templateHead('note')}resources:
  - id: note
    executor: consul-kv
    with: { prefix: "\${environment.name}/note", entries: { a: 1 } }
`,
  });
  await place.run('template', 'publish', folder);
});
afterEach(() => place.leave());

const create = (name: string, expiresIn: string, ...more: string[]) =>
  place.run('environment', 'create', name, '-t', 'note', '--expires-in', expiresIn, ...more);

it('what is to end is listed, the next first, and a server ends it on time', async () => {
  await create('later', '3d');
  await create('soon', '1s');
  await create('kept', '1s', '--protect');
  const names = await place.run('environment', 'list', '--expiring', '-o', 'name');
  expect(names.stdout.split('\n').filter((name) => name !== '')).toEqual(['soon', 'kept', 'later']);
  const within = await place.run('environment', 'list', '--expiring', '--within', '1d');
  expect(within.stdout).not.toContain('later');
  // A command destroys nothing by itself.
  expect(within.stdout).toMatch(/soon .*ok/);

  const server = place.start('server', '--primary', '--listen', '127.0.0.1:0');
  const expiring = async () => (await place.run('environment', 'list', '--expiring')).stdout;
  await eventually(async () => {
    const list = await expiring();
    return !list.includes('soon') && list.includes('it is protected');
  });
  server.child.kill('SIGTERM');
  await server.end;
  const { document } = await place.json('environment', 'list', '--all');
  expect(document.environments).toMatchObject([
    { name: 'kept', status: 'ok', expiry: { obstacle: 'protected' } },
    { name: 'later', status: 'ok' },
    { name: 'soon', status: 'destroyed' },
  ]);
});
