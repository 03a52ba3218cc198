import { readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { groupSchema } from '../../../catalog/document/schema.ts';
import { createCommand } from '../../../catalog/starter/files.ts';
import { KIND_FACTS, type Part } from '../../../catalog/starter/parts.ts';
import { starterFiles } from '../../../catalog/starter/starter.ts';
import { shippedNames } from '../../../compose/publishing/shipped.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { codeOf } from '../../../model/thrown.ts';
import { writeNewFolder } from '../../../platform/new-folder.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import type { Answer, Session } from '../../session.ts';
import { canAsk, withQuestions } from '../../terminal/question.ts';
import { requireFit } from '../input/require-fit.ts';
import { askForParts, KINDS_TEXT, readParts } from './new-template-parts.ts';

export interface NewTemplateRequest {
  name: string;
  /** `terraform` or `terraform=network`, one for each resource. */
  kind?: string[] | undefined;
  folder?: string | undefined;
  description?: string | undefined;
}

const SCHEMA = fileURLToPath(
  new URL('../../../../docs/schema/template.schema.json', import.meta.url),
);

/**
 * Makes the folder of a new template. What was not said is asked for where somebody can answer.
 * Rejects with USAGE, and then nothing was written.
 */
export async function newTemplate(
  { interrupt }: Pick<Session, 'interrupt'>,
  request: NewTemplateRequest,
): Promise<Answer> {
  const { name } = request;
  requireFit(groupSchema.shape.name.safeParse(name), `The name ${JSON.stringify(name)}`);
  requireOwnName(name);
  const folder = resolve(request.folder ?? name);
  requirePlace(folder);
  const { parts, description } = await completed(request, interrupt.signal);
  requireFit(groupSchema.shape.description.safeParse(description), 'The description');
  const head = { name, description };
  const files = starterFiles(head, parts, readFileSync(SCHEMA, 'utf8'));
  interrupt.signal.throwIfAborted();
  if (!write(folder, files)) throw occupied(folder);
  const shown = shellWord(shownFolder(folder));
  const next = [`biotope template publish ${shown}`, createCommand(head, parts)];
  const paths = files.map(({ path }) => path);
  return {
    document: { name, folder, files: paths, next },
    names: [folder],
    lines: () => [
      `made ${shownFolder(folder)}: ${paths.join(', ')}`,
      'Try it out:',
      ...next.map((line) => `  ${line}`),
    ],
  };
}

async function completed(
  { name, kind, description }: NewTemplateRequest,
  signal: AbortSignal,
): Promise<{ parts: Part[]; description: string }> {
  if (kind !== undefined && kind.length > 0) {
    const parts = readParts(kind);
    return { parts, description: description ?? describe(parts) };
  }
  if (!canAsk()) {
    throw new BiotopeError('USAGE', {
      message: `Say what the template ${name} makes: --kind, as often as wanted, with one of ${KINDS_TEXT}.`,
    });
  }
  const ifInterrupted = 'Interrupted: nothing was written.';
  return withQuestions({ signal, ifInterrupted }, async (ask) => {
    const parts = await askForParts(ask);
    const proposed = describe(parts);
    const said = description ?? (await ask(`What is it for? [${proposed}] `));
    return { parts, description: said === '' ? proposed : said };
  });
}

function describe(parts: readonly Part[]): string {
  const kinds = new Set(parts.map(({ kind }) => KIND_FACTS[kind].says));
  const text = [...kinds].join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Another template of such a name could not be published under the versions that ship. */
function requireOwnName(name: string): void {
  if (!shippedNames().includes(name)) return;
  throw new BiotopeError('USAGE', {
    message: `The name "${name}" cannot be used: a template of this name ships with Biotope. Choose another name.`,
  });
}

/** Before anybody is asked anything. */
function requirePlace(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) throw occupied(folder);
  const parent = dirname(folder);
  if (statSync(parent, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new BiotopeError('USAGE', {
    message: `There is no folder ${parent} in which ${folder} could be made.`,
  });
}

function occupied(folder: string): BiotopeError {
  return new BiotopeError('USAGE', {
    message: `There is something at ${folder} already: nothing was written. Name another folder with --folder.`,
  });
}

function write(folder: string, files: Parameters<typeof writeNewFolder>[1]): boolean {
  try {
    return writeNewFolder(folder, files);
  } catch (cause) {
    const why = codeOf(cause) ?? 'unknown reason';
    throw new BiotopeError('USAGE', {
      message: `The folder ${folder} cannot be written (${why}): nothing is left of it.`,
      cause,
    });
  }
}

/** As a person in the current folder would name it. */
function shownFolder(folder: string): string {
  const path = relative('.', folder);
  return path.startsWith('..') ? folder : `./${path}`;
}
