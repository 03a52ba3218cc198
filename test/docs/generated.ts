import { readFileSync } from 'node:fs';
import { asyncApi } from './asyncapi.ts';
import { cliPage } from './cli.ts';
import { commandJsonSchema } from './command-schema.ts';
import { configurationJsonSchema, configurationPage } from './configuration.ts';
import { errorsIndex } from './errors-index.ts';
import { templateJsonSchema } from './template-schema.ts';

/** Files below `docs` that are made from the code, and what each should hold. */
export const GENERATED: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/asyncapi.json': () => jsonText(asyncApi()),
  'docs/cli.md': cliPage,
  'docs/configuration.md': configurationPage,
  'docs/errors/README.md': errorsIndex,
  'docs/schema/command.schema.json': () => jsonText(commandJsonSchema()),
  'docs/schema/configuration.schema.json': () => jsonText(configurationJsonSchema()),
  'docs/schema/template.schema.json': () => jsonText(templateJsonSchema()),
};

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Paths whose file is missing or holds something else than it should. */
export async function staleFiles(
  generated: typeof GENERATED,
  read: (path: string) => string | undefined = readIfThere,
): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, make] of Object.entries(generated)) {
    if ((await make()) !== read(path)) stale.push(path);
  }
  return stale;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
