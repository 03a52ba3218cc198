import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkTemplateFolder } from '../../src/catalog/check.ts';
import { renderProblems } from '../../src/catalog/document/problem.ts';
import type { FindTemplate } from '../../src/catalog/parts/nested.ts';
import { DEFINITIONS } from '../../src/compose/executors.ts';
import { BiotopeError } from '../../src/model/errors.ts';
import { isJsonObject } from '../../src/model/json.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { parseTemplateRequest } from '../../src/model/version.ts';
import { type Block, blocksOf, replaceBlock } from './markdown.ts';
import { writeBlock } from './write-block.ts';

/** A part of a template that a page shows, and what the page says is wrong with it. */
export interface Example {
  block: Block;
  /** The text below that shows its problems; undefined where there is none: it has none. */
  shown: Block | undefined;
}

/** Every YAML of the page that is no file and no list of values. */
export function examplesOf(page: string): Example[] {
  const blocks = blocksOf(page);
  return blocks.flatMap((block, at) => {
    if (block.language !== 'yaml' || block.title !== '') return [];
    const next = blocks[at + 1];
    return [{ block, shown: next?.language === 'text' ? next : undefined }];
  });
}

/** What "template validate" says of an example, among the files that its page shows. */
export async function problemsOf({ block }: Example, page: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-example-'));
  try {
    for (const file of blocksOf(page)) if (file.title.includes('/')) writeBlock(folder, file);
    const text = framed(block.text);
    writeFileSync(join(folder, 'template.yaml'), text);
    const checked = await check(folder);
    const problems = renderProblems(checked.problems, { 'template.yaml': text });
    return problems === '' ? '' : `${problems}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What every template has, behind the example: so its lines keep their numbers. */
const FRAME = {
  apiVersion: 'apiVersion: biotope/v1',
  kind: 'kind: Template',
  metadata: 'metadata: { name: example, version: 1.0.0 }',
  resources: 'resources: [{ id: only, executor: consul-kv, with: { prefix: only } }]',
};

function framed(text: string): string {
  const missing = Object.entries(FRAME).filter(
    ([name]) => !new RegExp(`^${name}:`, 'm').test(text),
  );
  return text + missing.map(([, line]) => `${line}\n`).join('');
}

function check(folder: string) {
  const common = { definitions: DEFINITIONS, limits: DEFAULT_LIMITS };
  return checkTemplateFolder({ folder, ...common, findTemplate: findShipped });
}

/** Nested templates of examples are those that ship. */
const findShipped: FindTemplate = async (selector) => {
  const name = parseTemplateRequest(selector)?.name ?? '';
  const { template } = await check(join('templates', name)).catch(() => ({ template: null }));
  if (template !== null) {
    const { version } = template;
    return { reference: { name, version, digest: 'none' }, template };
  }
  throw new BiotopeError('TEMPLATE_NOT_FOUND', {
    message: `No published template fits ${JSON.stringify(selector)}.`,
  });
};

/** The page with what is really said of its examples. */
export async function withProblems(page: string): Promise<string> {
  let text = page;
  for (const example of examplesOf(page).reverse()) {
    if (example.shown === undefined) continue;
    text = replaceBlock(text, example.shown, await problemsOf(example, page));
  }
  return text;
}

/** Rows `| expression | result |` of the page's tables, and the values that they read. */
export function evaluationsOf(page: string): { expression: string; result: string }[] {
  return [...page.matchAll(/^\| `((?:[^`\\]|\\.)+)` \| `((?:[^`\\]|\\.)+)` \|$/gm)].map(
    ([, expression = '', result = '']) => ({
      expression: expression.replaceAll('\\|', '|'),
      result: result.replaceAll('\\|', '|'),
    }),
  );
}

export function scopeOf(page: string): Record<string, unknown> {
  const block = blocksOf(page).find(({ title }) => title === 'values');
  const values: unknown = parse(block?.text ?? '');
  if (!isJsonObject(values)) throw new Error('the page shows no values that its expressions read');
  return values;
}
