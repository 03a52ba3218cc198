import { resourceSchema } from '../../../catalog/document/schema.ts';
import { KIND_FACTS, KINDS, type Kind, type Part } from '../../../catalog/starter/parts.ts';
import { BiotopeError, isBiotopeError } from '../../../model/errors.ts';
import { didYouMean } from '../../../model/nearest.ts';
import type { AskOne } from '../../terminal/question.ts';
import { alignColumns, indent } from '../../terminal/table.ts';

export const KINDS_TEXT = `${KINDS.slice(0, -1).join(', ')} or ${KINDS.at(-1)}`;

/** `terraform` or `terraform=network`, one for each resource. Rejects with USAGE. */
export function readParts(words: readonly string[]): Part[] {
  const parts: Part[] = [];
  for (const word of words) {
    const [kindText = '', ...more] = word.split('=');
    const kind = readKind(kindText);
    const given = more.length === 0 ? freeId(kind, parts) : more.join('=');
    parts.push({ kind, id: readId(given, parts) });
  }
  return parts;
}

function readKind(text: string): Kind {
  const kind = KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  const hint = didYouMean(text, KINDS) ?? `Known are ${KINDS_TEXT}.`;
  throw usage(`There is nothing of the kind ${JSON.stringify(text)}. ${hint}`);
}

function readId(id: string, others: readonly Part[]): string {
  const [issue] = resourceSchema.shape.id.safeParse(id).error?.issues ?? [];
  if (issue !== undefined) throw usage(`${JSON.stringify(id)} cannot be a name: ${issue.message}.`);
  if (!others.some((other) => other.id === id)) return id;
  throw usage(`Two resources cannot both have the name ${id}.`);
}

/** `infrastructure`, `infrastructure-2`, … */
function freeId(kind: Kind, others: readonly Part[]): string {
  const { id } = KIND_FACTS[kind];
  const isFree = (name: string) => !others.some((other) => other.id === name);
  let name = id;
  for (let number = 2; !isFree(name); number += 1) name = `${id}-${number}`;
  return name;
}

/** Asks what the template makes, and the name of each; again where an answer cannot be used. */
export async function askForParts(ask: AskOne): Promise<Part[]> {
  const rows = KINDS.map((kind, at) => [String(at + 1), kind, KIND_FACTS[kind].says]);
  const menu = indent(alignColumns(rows)).join('\n');
  const kinds = await untilGood(
    ask,
    `What does it make? Several are fine, by their names or numbers.\n${menu}\n> `,
    readKinds,
  );
  const parts: Part[] = [];
  for (const kind of kinds) {
    const proposed = freeId(kind, parts);
    const question = `Name of the ${kind} resource? [${proposed}] `;
    const id = await untilGood(ask, question, (text) => readId(text || proposed, parts));
    parts.push({ kind, id });
  }
  return parts;
}

function readKinds(text: string): Kind[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0) throw usage('Name at least one.');
  return words.map((word) => KINDS[Number(word) - 1] ?? readKind(word));
}

async function untilGood<T>(ask: AskOne, question: string, read: (text: string) => T): Promise<T> {
  let asked = question;
  for (;;) {
    const text = await ask(asked);
    try {
      return read(text);
    } catch (error) {
      if (!isBiotopeError(error, 'USAGE')) throw error;
      asked = `${error.message}\n> `;
    }
  }
}

function usage(message: string): BiotopeError {
  return new BiotopeError('USAGE', { message });
}
