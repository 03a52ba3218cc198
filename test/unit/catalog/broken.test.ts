import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderProblems } from '../../../src/catalog/problem.ts';
import { check, FIXTURES, findPublished } from './folders.ts';

/**
 * Every folder of test/fixtures/templates/broken is a template with faults. Lines of its template
 * that begin with `# expect` say all that must be found: `line:column message => suggestion`.
 */
const FOLDER = join(FIXTURES, 'broken');
const NAMES = readdirSync(FOLDER);

function expectations(name: string): string[] {
  const file = readdirSync(join(FOLDER, name)).find((one) => one.startsWith('template.'));
  const lines = readFileSync(join(FOLDER, name, file ?? ''), 'utf8').split('\n');
  return lines.flatMap((line) => (line.startsWith('# expect ') ? [line.slice(9)] : []));
}

describe('a broken template', () => {
  it('exists in all the ways that people break one', () => {
    expect(NAMES.length).toBeGreaterThanOrEqual(60);
  });

  it.each(NAMES)('%s: everything is told at once, with its place and what to do', async (name) => {
    const { problems, template, bundle } = await check(join(FOLDER, name), {}, findPublished);
    const found = problems.map(({ line, column, message, suggestion }) => {
      const what = suggestion === null ? message : `${message} => ${suggestion}`;
      return `${line}:${column} ${what}`;
    });
    expect(found).toEqual(expectations(name));
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
