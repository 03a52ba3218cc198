import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderProblems } from '../../../src/catalog/document/problem.ts';
import { DEFINITIONS as SHIPPED } from '../../../src/compose/executors.ts';
import type { ExecutorDefinition } from '../../../src/executors/executor.ts';
import type { Limits } from '../../../src/model/limits.ts';
import { DEFINITIONS } from './definitions.ts';
import { check, FIXTURES, findPublished } from './folders.ts';

/**
 * Every folder of test/fixtures/templates/broken is a template with faults. Lines of its template
 * that begin with `# expect` say all that must be found: `line:column message => suggestion`, with the
 * file before it where it is another one. `# limits` lowers limits, so that files here stay small.
 */
const FOLDER = join(FIXTURES, 'broken');
const NAMES = readdirSync(FOLDER);

interface Broken {
  folder: string;
  expected: string[];
  limits: Partial<Limits>;
  definitions: ReadonlyMap<string, ExecutorDefinition>;
}

function read(name: string): Broken {
  const folder = join(FOLDER, name);
  const file = readdirSync(folder).find((one) => one.startsWith('template.'));
  const lines = readFileSync(join(folder, file ?? ''), 'utf8').split('\n');
  const limits = lines.find((line) => line.startsWith('# limits '));
  return {
    folder,
    expected: lines.flatMap((line) => (line.startsWith('# expect ') ? [line.slice(9)] : [])),
    limits: limits === undefined ? {} : JSON.parse(limits.slice(9)),
    definitions: lines.includes('# the executors that ship') ? SHIPPED : DEFINITIONS,
  };
}

describe('a broken template', () => {
  it('exists in all the ways that people break one', () => {
    expect(NAMES.length).toBeGreaterThanOrEqual(60);
  });

  it.each(NAMES)('%s: everything is told at once, with its place and what to do', async (name) => {
    const { folder, expected, limits, definitions } = read(name);
    const checked = await check(folder, limits, findPublished, definitions);
    const { problems, template, bundle } = checked;
    const found = problems.map(({ file, line, column, message, suggestion }) => {
      const what = suggestion === null ? message : `${message} => ${suggestion}`;
      const place = `${line}:${column}`;
      return file.startsWith('template.') ? `${place} ${what}` : `${file}:${place} ${what}`;
    });
    expect(found).toEqual(expected);
    expect(found).not.toEqual([]);
    expect([template, bundle]).toEqual([null, null]);
  });

  it('is shown with its line and a mark under the place', async () => {
    const { problems, sources } = await check(join(FOLDER, 'depends-on-with-underscore'));
    expect(renderProblems(problems, sources)).toBe(
      [
        'template.yaml:10:5  error: unknown name "depends_on" (resources[1].depends_on)',
        '  10 |     depends_on: [web]',
        '     |     ^',
        '  Did you mean "dependsOn"?',
      ].join('\n'),
    );
  });
});
