import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPlace, type Place } from './support/place.ts';
import { templateHead, writeTemplate } from './support/templates.ts';

let place: Place;
beforeEach(async () => {
  place = createPlace();
  const folder = writeTemplate(place, 'note', {
    'template.yaml': `${templateHead('note')}parameters:
  type: object
  required: [password]
  properties: { password: { type: string, writeOnly: true } }
resources:
  - id: first
    executor: consul-kv
    with:
      prefix: "\${environment.name}/first"
      secretEntries: { password: "\${parameters.password}" }
  - id: second
    executor: consul-kv
    with:
      prefix: "\${environment.name}/second"
      entries: { prefix: "\${resources.first.outputs.prefix}" }
`,
  });
  place.write('one.yaml', 'password: canary-one');
  place.write('two.yaml', 'password: canary-two');
  await place.run('template', 'publish', folder);
});
afterEach(() => place.leave());

const update = (...more: string[]) => ['demo', '--parameters-file', 'two.yaml', ...more];

it('a plan with a new secret says what it changes, tells it to nobody and keeps it nowhere', async () => {
  const created = await place.run(
    'environment',
    'plan',
    'demo',
    '-t',
    'note',
    '--diff',
    '--json',
    '--parameters-file',
    'one.yaml',
  );
  expect(JSON.parse(created.stdout).resources[0].difference).toMatchObject([{ action: 'create' }]);
  await place.run('environment', 'create', 'demo', '-t', 'note', '--parameters-file', 'one.yaml');
  const { document } = await place.json('environment', 'plan', ...update('--diff'));
  expect(document.resources[0].difference).toMatchObject([
    { action: 'update', subject: 'demo/first/password' },
  ]);
  expect(JSON.stringify(document)).not.toContain('canary');
  const again = await place.json('environment', 'plan', 'demo');
  expect(again.document.summary).toMatchObject({ change: 0, unchanged: 2 });
});

it('a secret on the command line is taken, with a hint for people where it may be read', async () => {
  const secret = ['-p', 'password=canary-three', '-p', 'password=canary-four'];
  const create = ['environment', 'create', 'demo', '-t', 'note'];
  const created = await place.run(...create, ...secret);
  const hint = /^hint: password on the command line .* --parameters-file FILE, or - for .*$/m;
  expect(created).toMatchObject({ code: 0, stderr: expect.stringMatching(hint) });
  expect(created.stderr.match(/hint:/g)).toHaveLength(1);
  expect(created.stderr).not.toContain('canary');
  const planned = await place.run('environment', 'plan', 'demo', ...secret, '--json');
  expect(planned.stderr).not.toContain('hint:');
  const filed = await place.run('environment', 'plan', ...update());
  expect(filed.stderr).not.toContain('hint:');
});

it('an update counts in the words of its plan, and both tell what changes besides resources', async () => {
  await place.run('environment', 'create', 'demo', '-t', 'note', '--parameters-file', 'one.yaml');
  const planned = await place.run('environment', 'plan', ...update('--description', 'a note'));
  const counted = '1 to change, 1 to decide during the run';
  const setting = '~  description  none -> "a note"';
  expect(planned.stdout).toContain(counted);
  expect(planned.stdout).toContain(setting);
  const updated = await place.run('environment', 'update', ...update('--description', 'a note'));
  expect(updated.stderr).toContain(counted);
  expect(updated.stderr).toContain(setting);
});
