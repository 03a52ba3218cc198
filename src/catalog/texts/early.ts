import { parseText } from '../../model/expression/text.ts';
import { isJsonObject } from '../../model/json.ts';
import type { DocumentPath } from '../document/document.ts';
import type { ResourceInput } from '../document/schema.ts';
import { checkTexts, type TextCheck } from './texts.ts';

const EARLY = {
  count: { what: 'a count', value: 'a whole number', type: 'integer', plain: /^\d+$/ },
  protect: { what: '"protect"', value: 'true or false', type: 'boolean', plain: /^(true|false)$/ },
} as const;

/**
 * Counts and protection are known when planning: they are written down, or made of parameters and
 * the environment.
 */
export function checkEarly(
  input: ResourceInput,
  name: keyof typeof EARLY,
  path: DocumentPath,
  check: TextCheck,
): void {
  const given = input[name];
  if (typeof given !== 'string') return;
  const { what, value, plain } = EARLY[name];
  const place = [...path, name];
  const { pieces, faults } = parseText(given, check.expressionCharactersMax);
  const [piece] = pieces;
  if (faults.length === 0 && (pieces.length !== 1 || piece?.kind !== 'expression')) {
    const suggestion = plain.test(given) ? `Write ${given} without quotes.` : null;
    const message = `${what} is ${value} or one "${'$'}{…}"`;
    check.document.report({ path: place, message, suggestion });
  }
  const rules = {
    owner: input.id,
    noResources: `${what} must be known when planning, before any resource is made`,
    self: 'none',
    refuseSecret: () => `${what} is shown to everybody`,
  } as const;
  checkTexts(given, place, rules, check);
  if (piece?.kind === 'expression') checkType(piece.expression.source, { name, place }, check);
}

/** Where it is one parameter as it is, the parameter's schema tells whether it can be one. */
function checkType(
  source: string,
  { name, place }: { name: keyof typeof EARLY; place: DocumentPath },
  { document, facts }: TextCheck,
): void {
  const parameter = /^\s*parameters\.(\w+)\s*$/.exec(source)?.[1];
  const schema = parameter === undefined ? undefined : facts.parameters.get(parameter);
  const given = isJsonObject(schema) ? schema.type : undefined;
  const { what, value, type } = EARLY[name];
  if (typeof given !== 'string' || given === type) return;
  const message = `${what} is ${value}, and the parameter ${parameter} is of type ${given}`;
  const suggestion = `Declare it with type: ${type}.`;
  document.report({ path: place, message, suggestion, inExpression: { source, offset: 0 } });
}
