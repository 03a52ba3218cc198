import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPlace, type Place } from './support/place.ts';
import { templateHead, writeTemplate } from './support/templates.ts';

let place: Place;
beforeEach(() => {
  place = createPlace();
});
afterEach(() => place.leave());

const PROGRAMS = {
  'app/write': '#!/bin/sh\nprintf made > "$FILE"; echo "{\\"file\\": \\"$FILE\\"}"\n',
  'app/look': `#!/bin/sh
[ -e "$FILE" ] || { echo "the file is gone" >&2; exit 3; }
[ "$(cat "$FILE")" = made ] || { echo "the file was changed" >&2; exit 4; }
`,
};

/** Two files that programs keep, one of them healed unasked, and a Terraform module that reads a third. */
function filesTemplate(): string {
  const program = (id: string, drift: string) => `
  - id: ${id}
    executor: command
    with:
      create: [./app/write]
      inspect: [./app/look]
      env: { FILE: "${place.folder}/${id}" }
    drift: ${drift}`;
  return writeTemplate(place, 'files', {
    ...PROGRAMS,
    'page/main.tf': `
variable "file" { type = string }
resource "terraform_data" "page" {
  input = { text = trimspace(file(var.file)), seen = trimspace(file("\${var.file}.seen")) }
}
`,
    'template.yaml': `${templateHead('files', '1.0.0')}
resources:${program('kept', '{ heal: true }')}${program('left', '{}')}
  - id: page
    executor: terraform
    with: { module: ./page, variables: { file: "${place.folder}/page" } }
    drift: { ignore: ["*.seen"] }
`,
  });
}

it('what was changed by others is told, healed where that is wanted, and left alone elsewhere', async () => {
  const file = (name: string) => join(place.folder, name);
  writeFileSync(file('page'), 'one');
  writeFileSync(file('page.seen'), '1');
  await place.run('template', 'publish', filesTemplate());
  expect(await place.run('environment', 'create', 'one', '-t', 'files')).toMatchObject({ code: 0 });
  expect((await place.run('environment', 'drift', 'one')).stdout).toContain('nobody has looked');

  writeFileSync(file('page.seen'), '2');
  const quiet = await place.run('environment', 'reconcile', 'one');
  expect(quiet.stdout).toBe(
    '3 resources of one looked at: nothing has drifted\nenvironment one is ok\n',
  );

  rmSync(file('kept'));
  writeFileSync(file('left'), 'else');
  writeFileSync(file('page'), 'two');
  const looked = await place.json('environment', 'reconcile', 'one', '--no-heal');
  expect(looked.code).toBe(0);
  expect(looked.document).toMatchObject({
    environment: { status: 'ok' },
    run: { kind: 'reconcile', status: 'succeeded', summary: { look: 3 } },
    drift: { environment: 'one', drifted: 3 },
  });
  const drifts = Object.fromEntries(
    looked.document.drift.resources.map((one: { label: string; drift: unknown }) => [
      one.label,
      one.drift,
    ]),
  );
  expect(drifts).toMatchObject({
    kept: { finding: 'absent', deviations: [{ kind: 'missing', detail: 'the file is gone' }] },
    left: { finding: 'partial', deviations: [{ kind: 'changed', detail: 'the file was changed' }] },
    page: {
      counts: { changed: 1, noise: 1 },
      deviations: [
        { subject: 'terraform_data.page.input.text', kind: 'changed', detail: '"one" -> "two"' },
        { subject: 'terraform_data.page.input.seen', kind: 'noise' },
      ],
    },
  });
  expect(existsSync(file('kept'))).toBe(false);

  const names = await place.run('environment', 'drift', 'one', '-o', 'name');
  expect(names.stdout.split('\n').toSorted()).toEqual(['', 'kept', 'left', 'page']);
  expect((await place.run('environment', 'show', 'one')).stdout).toContain('3 resources: biotope');

  const ruled = await place.run('environment', 'reconcile', 'one', '--resource', 'kept');
  expect(ruled.stdout).toContain('built again: kept');
  expect(readFileSync(file('kept'), 'utf8')).toBe('made');
  expect(readFileSync(file('left'), 'utf8')).toBe('else');

  const healed = await place.run('environment', 'reconcile', 'one', '--heal');
  expect(healed.code).toBe(0);
  expect(healed.stdout).toContain('all is as it should be now');
  expect(readFileSync(file('left'), 'utf8')).toBe('made');
  const after = await place.json('environment', 'reconcile', 'one');
  expect(after.document.drift).toMatchObject({ drifted: 0 });
});

it('says what happens to an environment that failed, and to one that is destroyed', async () => {
  writeFileSync(join(place.folder, 'page.seen'), '1');
  await place.run('template', 'publish', filesTemplate());
  expect((await place.run('environment', 'create', 'one', '-t', 'files')).code).toBe(1);
  rmSync(join(place.folder, 'kept'));
  const looked = await place.run('environment', 'reconcile', 'one');
  expect(looked.stdout).toContain('the file is gone');
  expect(looked.stdout).toContain('not looked at: page');
  expect(looked.stdout).toContain('environment one is failed');

  writeFileSync(join(place.folder, 'page'), 'one');
  const healed = await place.run('environment', 'reconcile', 'one', '--heal');
  expect(healed.stdout).toContain('environment one is ok');

  await place.run('environment', 'destroy', 'one', '--yes');
  const gone = await place.run('environment', 'reconcile', 'one');
  expect(gone).toMatchObject({ code: 1 });
  expect(gone.stderr).toContain('There is no environment one. It is destroyed');
});
