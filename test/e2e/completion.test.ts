import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPlace, type Place } from './support/place.ts';
import { templateHead, writeTemplate } from './support/templates.ts';

const BIN = resolve(import.meta.dirname, '../../bin');

/** What bash does when Tab is pressed, its own words apart: it calls the function that was named. */
const PRESS_TAB = `
source <(biotope completion bash)
COMP_LINE="biotope $1"; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(biotope)
COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
_biotope
printf '%s\\n' "\${COMPREPLY[@]}"
`;

let place: Place;
beforeAll(async () => {
  place = createPlace();
  const folder = writeTemplate(place, 'note', {
    'template.yaml': `${templateHead('note')}parameters:
  type: object
  properties: { text: { type: string, default: hello } }
resources:
  - id: note
    executor: consul-kv
    with: { prefix: "\${environment.name}", entries: { text: "\${parameters.text}" } }
outputs: { said: "\${parameters.text}" }
`,
  });
  await place.run('template', 'publish', folder);
  await place.run('environment', 'create', 'first', '-t', 'note');
});
afterAll(() => place.leave());

async function pressTab(line: string, cwd = place.folder): Promise<string[]> {
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}` };
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', PRESS_TAB, 'tab', line], {
    cwd,
    env,
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

it.each([
  ['env', ['environment']],
  ['env l', ['list']],
  ['env show ', ['first']],
  ['env create x -t note', ['note@1.0.0']],
  ['env create x -t note@', ['1.0.0']],
  ['env create x -t note -p ', ['text=']],
  ['env update first --parameter t', ['text=']],
  ['env output first ', ['said']],
  ['run logs first ', ['note']],
  ['run logs --data elsewhere first ', []],
  ['resource show first/', ['first/note']],
  ['run list --output=y', ['yaml']],
  ['env list --al', ['--all']],
])('bash completes "%s" with %j', async (line, words) => {
  expect(await pressTab(line)).toEqual(words);
});

it('completes runs with their ids', async () => {
  const { document } = await place.json('run', 'list');
  const words = await pressTab('run show ');
  expect(words).toEqual([document.runs[0].id, 'first']);
});

it('completes commands where there is no data, and makes none', async () => {
  const empty = createPlace();
  try {
    expect(await pressTab('run show ', empty.folder)).toEqual([]);
    expect(await pressTab('run sh', empty.folder)).toEqual(['show']);
    expect(readdirSync(empty.folder)).toEqual([]);
  } finally {
    await empty.leave();
  }
});

it('does not complain at the cursor where the data folder cannot be read', async () => {
  place.write('no-folder', '');
  expect(await pressTab(`env show --data ${join(place.folder, 'no-folder')} `)).toEqual([]);
});
