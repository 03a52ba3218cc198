import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resourceSchema } from '../../../src/catalog/document/schema.ts';
import { DEFINITIONS } from '../../../src/compose/executors.ts';
import { resolveValue } from '../../../src/model/expression/evaluate.ts';
import type { KnownResource, Scope } from '../../../src/model/expression/scope.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import {
  evaluationsOf,
  examplesOf,
  problemsOf,
  scopeOf,
  withProblems,
} from '../../docs/examples.ts';
import { jsonSchemaOf } from '../../docs/json-schema.ts';
import { SPECS } from '../../docs/template-schema.ts';

const PAGES = ['docs/templates.md', 'docs/coming-from.md', 'README.md'].map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));

const examples = PAGES.flatMap(({ path, text }) =>
  examplesOf(text).map((example) => ({
    place: `${path}:${example.block.line}`,
    example,
    page: text,
  })),
);

describe('an example of a template on a page', () => {
  it.each(examples)(
    '$place has the problems that the page shows, and no others',
    async ({ example, page }) => {
      expect(await problemsOf(example, page)).toBe(example.shown?.text ?? '');
    },
  );

  it('that is wrong is shown with its problem below, and written anew where that changes', async () => {
    const page = (said: string) =>
      `\`\`\`yaml\nresources: []\n\`\`\`\n\nText.\n\n\`\`\`text\n${said}\`\`\`\n`;
    const written = await withProblems(page('nothing\n'));
    expect(written).toContain('template.yaml:1:12  error: "resources" must have at least 1 entry');
    expect(await withProblems(written)).toBe(written);
  });
});

describe('an expression in a table', () => {
  const [{ text: page } = { text: '' }] = PAGES;
  const values = scopeOf(page) as {
    parameters: JsonObject;
    environment: JsonObject;
    resources: Record<string, KnownResource | KnownResource[]>;
    groups: Record<string, string[]>;
    self: JsonObject;
  };
  const scope: Scope = {
    ...values,
    resource: (id) => values.resources[id],
    groups: new Map(Object.entries(values.groups)),
  };
  const evaluations = evaluationsOf(page);

  it.each(evaluations)('$expression is $result', ({ expression, result }) => {
    const resolved = resolveValue(`\${${expression}}`, scope);
    expect(resolved).toEqual({ known: true, value: JSON.parse(result) });
  });

  it('is there for most of what can be written', () => {
    expect(evaluations.length).toBeGreaterThan(30);
  });
});

describe('the page of the language', () => {
  const [{ text: page } = { text: '' }] = PAGES;
  const section = (heading: string) => page.split(`\n${heading}\n`)[1]?.split(/\n##+ /)[0] ?? '';
  const firstCells = (text: string) =>
    [...text.matchAll(/^\| (`.+?) \|/gm)].map(([, cell]) => cell);
  const names = (text: string) =>
    firstCells(text).flatMap((cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));

  it.each([...SPECS])('lists all that may stand under with of %s', (kind, spec) => {
    const { properties } = jsonSchemaOf(spec);
    expect(names(section(`### ${kind}`))).toEqual(Object.keys(properties ?? {}));
  });

  it('lists all that a resource may have', () => {
    expect(names(section('## Resources')).sort()).toEqual(Object.keys(resourceSchema.shape).sort());
  });

  it('tells how long an attempt of each executor may take', () => {
    const said = [...page.matchAll(/^\| `([\w-]+)` \| (\d+) min \|$/gm)];
    expect(said.map(([, kind, minutes]) => [kind, Number(minutes) * 60_000])).toEqual(
      [...DEFINITIONS.values()]
        .filter(({ kind }) => kind !== 'external')
        .map(({ kind, defaultTimeoutMs }) => [kind, defaultTimeoutMs]),
    );
  });
});
