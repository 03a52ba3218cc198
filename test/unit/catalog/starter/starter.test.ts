import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkTemplateFolder } from '../../../../src/catalog/check.ts';
import { KINDS, type Part } from '../../../../src/catalog/starter/parts.ts';
import { starterFiles } from '../../../../src/catalog/starter/starter.ts';
import { DEFINITIONS } from '../../../../src/compose/executors.ts';
import { DEFAULT_LIMITS } from '../../../../src/model/limits.ts';
import { writeNewFolder } from '../../../../src/platform/new-folder.ts';
import { folderOf } from '../folders.ts';

async function starter(parts: readonly Part[]): Promise<string> {
  const folder = join(await folderOf({}), 'new');
  const head = { name: 'shop', description: 'What "it" is: for\n# all' };
  expect(writeNewFolder(folder, starterFiles(head, parts, '{}'))).toBe(true);
  return folder;
}

/** The definitions that ship know more than those of other tests: modules and programs as they are. */
async function check(folder: string) {
  const checking = { folder, definitions: DEFINITIONS, limits: DEFAULT_LIMITS };
  const findTemplate = () => Promise.reject(new Error('nothing is nested here'));
  const { template, problems, bundle } = await checkTemplateFolder({ ...checking, findTemplate });
  return { template, problems, paths: bundle?.files.map(({ path }) => path) };
}

const ajv = new Ajv({ strict: false });
const validate = ajv.compile(JSON.parse(readFileSync('docs/schema/template.schema.json', 'utf8')));

/** What an editor marks, that reads the schema which the first line of the template names. */
function asEditorsSee(folder: string): unknown[] {
  const text = readFileSync(join(folder, 'template.yaml'), 'utf8');
  const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
  expect(readdirSync(folder)).toContain(schema);
  validate(parse(text));
  return validate.errors ?? [];
}

/** Every choice of one or several kinds. */
const CHOICES = Array.from({ length: 2 ** KINDS.length - 1 }, (_, at) =>
  KINDS.filter((_kind, bit) => ((at + 1) >> bit) % 2 === 1),
);

describe('a new template', () => {
  it.each(CHOICES.map((kinds) => ({ kinds, title: kinds.join(', ') })))(
    'of $title is valid as it is',
    async ({ kinds }) => {
      const parts = kinds.map((kind, at) => ({ kind, id: `part-${at}` }));
      const folder = await starter(parts);
      const { template, problems } = await check(folder);
      expect(problems).toEqual([]);
      expect(asEditorsSee(folder)).toEqual([]);
      expect(template?.resources.map(({ id }) => id)).toEqual(parts.map(({ id }) => id));
      expect(template?.description).toBe('What "it" is: for\n# all');
    },
  );

  it('has each part use those before it, in whatever order they were named', async () => {
    const { template } = await check(
      await starter([
        { kind: 'command', id: 'app' },
        { kind: 'consul-kv', id: 'settings' },
        { kind: 'terraform', id: 'network' },
        { kind: 'terraform', id: 'database' },
        { kind: 'vault-secret', id: 'password' },
      ]),
    );
    const needs = template?.resources.map(({ id, needs }) => [id, needs]);
    expect(needs).toEqual([
      ['password', []],
      ['network', ['password']],
      ['database', ['password']],
      ['settings', ['network', 'password']],
      ['app', ['network', 'settings']],
    ]);
  });

  it('publishes no schema for editors, and its program can be started', async () => {
    const folder = await starter([{ kind: 'command', id: 'app' }]);
    expect(readdirSync(folder)).toContain('biotope-template.schema.json');
    expect((await check(folder)).paths).toEqual(['README.md', 'programs/app.mjs', 'template.yaml']);
    expect(statSync(join(folder, 'programs/app.mjs')).mode & 0o100).not.toBe(0);
  });
});
