import { parseText } from '../model/expression/text.ts';
import { isJsonObject } from '../model/json.ts';
import type { DocumentPath } from './document.ts';
import type { ResourceInput } from './schema.ts';
import { checkTexts, type TextCheck } from './texts.ts';

/** A count is known when planning: it is written down, or made of parameters and the environment. */
export function checkCount(
  { id, count }: ResourceInput,
  path: DocumentPath,
  check: TextCheck,
): void {
  if (typeof count !== 'string') return;
  const place = [...path, 'count'];
  const { pieces, faults } = parseText(count, check.expressionCharactersMax);
  const [piece] = pieces;
  if (faults.length === 0 && (pieces.length !== 1 || piece?.kind !== 'expression')) {
    const suggestion = /^\d+$/.test(count) ? `Write ${count} without quotes.` : null;
    const message = 'a count is a whole number or one "${…}"';
    check.document.report({ path: place, message, suggestion });
  }
  const rules = {
    owner: id,
    noResources: 'a count must be known when planning, before any resource is made',
    self: 'none',
    refuseSecret: () => 'a count is shown to everybody',
  } as const;
  checkTexts(count, place, rules, check);
  if (piece?.kind === 'expression') checkType(piece.expression.source, place, check);
}

/** Where a count is one parameter as it is, the parameter's schema tells whether it can be one. */
function checkType(source: string, path: DocumentPath, { document, facts }: TextCheck): void {
  const name = /^\s*parameters\.(\w+)\s*$/.exec(source)?.[1];
  const schema = name === undefined ? undefined : facts.parameters.get(name);
  const type = isJsonObject(schema) ? schema.type : undefined;
  if (typeof type !== 'string' || type === 'integer') return;
  const message = `a count is a whole number, and the parameter ${name} is of type ${type}`;
  const suggestion = 'Declare it with type: integer.';
  document.report({ path, message, suggestion, inExpression: { source, offset: 0 } });
}
