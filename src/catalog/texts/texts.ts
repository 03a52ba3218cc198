import { secretOperandFault } from '../../model/expression/evaluate.ts';
import type { Expression } from '../../model/expression/expression.ts';
import type { Path } from '../../model/expression/paths.ts';
import { holdsExpression, parseText } from '../../model/expression/text.ts';
import type { JsonValue } from '../../model/json.ts';
import type { DocumentPath, TemplateDocument } from '../document/document.ts';
import { secretsBelow, type TemplateFacts } from './facts.ts';
import { judgeReference, type ReferenceRules } from './references.ts';

/** What the texts at one place of the template may hold. */
export interface TextRules extends ReferenceRules {
  /** Null where a secret may stand at this path of the document, else why not. */
  refuseSecret(path: Path): string | null;
  /** What to do with a secret that may not stand there. */
  secretAdvice?: string | undefined;
}

export interface TextCheck {
  document: TemplateDocument;
  facts: TemplateFacts;
  expressionCharactersMax: number;
}

/** Reports every fault of the value's expressions. Returns the ids of the resources it needs. */
export function checkTexts(
  value: JsonValue,
  path: DocumentPath,
  rules: TextRules,
  check: TextCheck,
): Set<string> {
  const needs = new Set<string>();
  for (const { text, path: at } of textsOf(value, path, check.document)) {
    for (const id of checkText(text, at, rules, check)) needs.add(id);
  }
  return needs;
}

interface PlacedText {
  text: string;
  path: DocumentPath;
}

function textsOf(value: JsonValue, path: DocumentPath, document: TemplateDocument): PlacedText[] {
  if (typeof value === 'string') return value.includes('${') ? [{ text: value, path }] : [];
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => textsOf(item, [...path, at], document));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const inner = [...path, key];
    if (holdsExpression(key)) {
      const message = 'expressions are evaluated in values, not in names';
      document.report({ path: inner, atKey: true, message, suggestion: null });
    }
    return textsOf(member, inner, document);
  });
}

/** Whether a value that passed its checks is known to be, or to hold, a secret. */
export function holdsSecret(value: JsonValue, facts: TemplateFacts): boolean {
  if (typeof value === 'object' && value !== null) {
    return Object.values(value).some((member) => holdsSecret(member, facts));
  }
  if (typeof value !== 'string' || !value.includes('${')) return false;
  return parseText(value).pieces.some(
    (piece) =>
      piece.kind === 'expression' &&
      piece.expression.analysis.flows.some(
        ({ path }) => secretsBelow(path, facts, null).length > 0,
      ),
  );
}

function checkText(text: string, path: DocumentPath, rules: TextRules, check: TextCheck): string[] {
  const { pieces, faults } = parseText(text, check.expressionCharactersMax);
  for (const { fault } of faults) {
    check.document.report({
      path,
      message: fault.reason,
      suggestion: fault.suggestion,
      inExpression: { source: fault.expression, offset: fault.offset },
    });
  }
  const expressions = pieces.flatMap((piece) =>
    piece.kind === 'expression' ? [piece.expression] : [],
  );
  for (const expression of expressions) checkExpression(expression, path, rules, check);
  return expressions.flatMap(({ analysis }) =>
    analysis.references.flatMap((reference) => {
      if (reference.kind === 'group') return [...(check.facts.groups.get(reference.name) ?? [])];
      const isThere = reference.kind === 'resource' && check.facts.resources.has(reference.id);
      return isThere ? [reference.id] : [];
    }),
  );
}

function checkExpression(
  { source, analysis }: Expression,
  path: DocumentPath,
  rules: TextRules,
  { document, facts }: TextCheck,
): void {
  const report = (offset: number, message: string, suggestion: string | null) =>
    document.report({ path, message, suggestion, inExpression: { source, offset } });
  for (const reference of analysis.references) {
    const verdict = judgeReference(reference, rules, facts);
    if (verdict !== null) report(reference.offset, verdict.message, verdict.suggestion);
  }
  for (const { path: operand, deep, offset } of analysis.operands) {
    const secrets = secretsBelow(operand, facts, rules.owner);
    if (!secrets.some((rest) => deep || rest.length === 0)) continue;
    const fault = secretOperandFault(offset);
    report(offset, fault.reason, fault.suggestion);
  }
  for (const { path: flow, wraps, offset } of analysis.flows) {
    const inside = Array.from({ length: wraps }, () => null);
    const reasons = secretsBelow(flow, facts, rules.owner).flatMap((rest) => {
      const reason = rules.refuseSecret([...path, ...inside, ...rest]);
      return reason === null ? [] : [`${nameOf(flow, rest)} is secret: ${reason}`];
    });
    for (const reason of new Set(reasons)) report(offset, reason, rules.secretAdvice ?? null);
  }
}

function nameOf(path: Path, rest: Path): string {
  return [...path, ...rest]
    .map((step) => (typeof step === 'string' ? `.${step}` : `[${step ?? '…'}]`))
    .join('')
    .slice(1);
}
