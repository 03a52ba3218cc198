import { z } from 'zod';
import { readOutline } from './hcl-outline.ts';

/** A configuration file's blocks as JSON; `.tf` and `.tf.json` look the same. */
export interface ConfigurationFile {
  variable: Record<string, Block>;
  output: Record<string, Block>;
  module: Record<string, Block>;
  provider: Record<string, Block>;
  /** `resource` and `data` blocks: type and body. */
  resources: { type: string; body: Block }[];
  terraform: Block[];
}

export type Block = Record<string, unknown>;

const block = z.record(z.string(), z.unknown());
/** A block's body stands alone or in a list, whatever the syntax and its converter prefer. */
const bodies = z.union([block.transform((body) => [body]), z.array(block)]);
const named = z.record(z.string(), bodies).default({});
const file = z.object({
  variable: named,
  output: named,
  module: named,
  provider: named,
  resource: z.record(z.string(), named).default({}),
  data: z.record(z.string(), named).default({}),
  terraform: bodies.default([]),
});

/** `whole`: every expression, and what is wrong with it. `outline`: quicker, where it suffices. */
export type Reading = 'whole' | 'outline';

/** Rejects with the parser's own message where the text is no Terraform configuration. */
export async function readConfiguration(
  path: string,
  text: string,
  reading: Reading,
): Promise<ConfigurationFile> {
  const outline = reading === 'outline' ? readOutline(text) : undefined;
  const parsed = path.endsWith('.json')
    ? JSON.parse(text)
    : (outline ?? (await parseHcl(path, text)));
  refuseUnusableNames(parsed);
  const read = file.parse(parsed);
  const first = (blocks: Record<string, Block[]>) =>
    Object.fromEntries(Object.entries(blocks).map(([name, list]) => [name, list[0] ?? {}]));
  return {
    variable: first(read.variable),
    output: first(read.output),
    module: first(read.module),
    provider: first(read.provider),
    resources: [...resourcesOf(read.resource), ...resourcesOf(read.data)],
    terraform: read.terraform,
  };
}

/** What JSON objects in JavaScript cannot hold safely; no provider has anything of that name. */
function refuseUnusableNames(parsed: unknown): void {
  const waiting: unknown[] = [parsed];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if (Object.hasOwn(next, '__proto__')) throw new Error('the name __proto__ cannot be used.');
    waiting.push(...Object.values(next).filter((value) => value !== undefined));
  }
}

function resourcesOf(types: Record<string, Record<string, Block[]>>) {
  return Object.entries(types).flatMap(([type, names]) =>
    Object.values(names).flatMap((list) => list.map((body) => ({ type, body }))),
  );
}

/** Loaded when first needed: the parser is WebAssembly and takes a tenth of a second to start. */
async function parseHcl(path: string, text: string): Promise<unknown> {
  const { parse } = await import('@cdktn/hcl2json');
  return parse(path, text);
}
