import { EvaluationError } from '@marcbachmann/cel-js';
import type { JsonObject, JsonValue } from '../json.ts';
import { isSecretText, joinTexts, type SecretText } from '../secret.ts';
import { fromCel, NotJson } from './cel.ts';
import type { Expression } from './expression.ts';
import { type Fault, faultError } from './fault.ts';
import { contextFor, isSecretOperand, type Scope, unknownResources } from './scope.ts';
import { type ParsedText, parseText } from './text.ts';
import { plainReason, suggestForm } from './words.ts';

/** `waitsFor`: full ids of resources whose outputs are not known yet, sorted. */
export type Resolved = { known: true; value: JsonValue } | { known: false; waitsFor: string[] };

export type { Scope } from './scope.ts';

/** Bounds the work of one evaluation, estimated from the sizes of what it reads. */
const STEPS_MAX = 100_000_000;

/**
 * Evaluates every `${…}` of a value from a template. A text that is one expression keeps the value's
 * type; otherwise texts are joined, and one made from a secret is a secret text. What depends on a
 * resource that is not known yet is not known either; nothing is invented in its place.
 * Throws EXPRESSION_FAILED with the Fault as its facts.
 */
export function resolveValue(value: JsonValue, scope: Scope): Resolved {
  const waitsFor = new Set<string>();
  const resolved = resolveMembers(value, scope, waitsFor);
  if (waitsFor.size === 0) return { known: true, value: resolved };
  return { known: false, waitsFor: [...waitsFor].sort() };
}

function resolveMembers(value: JsonValue, scope: Scope, waitsFor: Set<string>): JsonValue {
  if (typeof value === 'string') return resolveText(value, scope, waitsFor);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member) => resolveMembers(member, scope, waitsFor));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, resolveMembers(member, scope, waitsFor)]),
  ) satisfies JsonObject;
}

function resolveText(text: string, scope: Scope, waitsFor: Set<string>): JsonValue {
  if (!text.includes('${')) return text;
  const parsed = parseText(text);
  const [first] = parsed.faults;
  if (first !== undefined) throw faultError(first.fault);
  const missing = parsed.pieces.flatMap((piece) =>
    piece.kind === 'expression' ? unknownResources(piece.expression, scope) : [],
  );
  if (missing.length > 0) {
    for (const id of missing) waitsFor.add(id);
    return null;
  }
  return evaluateText(parsed, scope);
}

function evaluateText({ pieces }: ParsedText, scope: Scope): JsonValue {
  const [first, ...rest] = pieces;
  if (first?.kind === 'expression' && rest.length === 0) return evaluate(first.expression, scope);
  return joinTexts(
    pieces.map((piece) =>
      piece.kind === 'text'
        ? piece.text
        : asText(evaluate(piece.expression, scope), piece.expression),
    ),
  );
}

function asText(value: JsonValue, { source }: Expression): string | SecretText {
  if (typeof value === 'string' || isSecretText(value)) return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
  throw faultError({
    expression: source,
    offset: 0,
    reason: `it is ${kind}, which cannot be part of a longer text`,
    suggestion: 'Use a member of it, or let the expression be the whole text.',
  });
}

function evaluate(expression: Expression, scope: Scope): JsonValue {
  refuseSecrets(expression, scope);
  const context = contextFor(expression, scope);
  refuseEndless(expression, context);
  try {
    return fromCel(expression.run(context));
  } catch (error) {
    throw evaluationFault(expression, scope, error);
  }
}

function refuseSecrets({ source, analysis }: Expression, scope: Scope): void {
  const operand = analysis.operands.find((one) => isSecretOperand(one, scope));
  if (operand === undefined) return;
  throw faultError({ expression: source, ...secretOperandFault(operand.offset) });
}

/** The same words before a run (catalog) and in it. */
export function secretOperandFault(offset: number) {
  return {
    offset,
    reason: 'a secret cannot be used in an operation or function',
    suggestion: 'Pass it on whole, or join it into a longer text: "prefix-${…}".',
  };
}

/** Lists inside lists multiply: what could take too long is not begun. */
function refuseEndless({ source, analysis }: Expression, context: unknown): void {
  if (analysis.comprehensionDepth === 0) return;
  const width = longest(context) + source.length;
  const steps = analysis.nodeCount * width ** analysis.comprehensionDepth;
  if (steps <= STEPS_MAX) return;
  throw faultError({
    expression: source,
    offset: 0,
    reason: 'it would go through too many combinations of what it reads',
    suggestion: 'Put fewer comprehensions inside each other.',
  });
}

/** Members of the longest list or map, or characters of the longest text, which can be split. */
function longest(value: unknown): number {
  if (typeof value === 'string') return value.length;
  const members = Array.isArray(value)
    ? value
    : value instanceof Map
      ? [...value.values()]
      : undefined;
  if (members !== undefined)
    return members.reduce<number>((most, one) => Math.max(most, longest(one)), members.length);
  return typeof value === 'object' && value !== null ? longest(Object.values(value)) : 0;
}

function evaluationFault({ source, analysis }: Expression, scope: Scope, error: unknown) {
  const unknown = analysis.references.find(
    (one) => one.kind === 'resource' && scope.resource(one.id) === undefined,
  );
  if (unknown?.kind === 'resource') {
    const reason = `there is no resource ${JSON.stringify(unknown.id)}`;
    return faultError(
      { expression: source, offset: unknown.offset, reason, suggestion: null },
      error,
    );
  }
  if (error instanceof NotJson) {
    return faultError({ expression: source, offset: 0, reason: error.message, suggestion: null });
  }
  if (!(error instanceof EvaluationError)) {
    const reason = 'it asks for more than can be worked out';
    return faultError({ expression: source, offset: 0, reason, suggestion: null }, error);
  }
  const offset = error.range?.start ?? 0;
  return faultError({ expression: source, offset, ...evaluationReason(error.summary) }, error);
}

function evaluationReason(summary: string): Pick<Fault, 'reason' | 'suggestion'> {
  const index = /index (-?\d+) (?:< 0|>= size (\w+))/.exec(summary);
  if (index !== null) {
    const [, wanted, size] = index;
    // Of an empty list the library does not know the size.
    const list = size === undefined ? 'a list' : `a list of ${Number(size) || 0}`;
    return { reason: `there is no [${wanted}] in ${list}`, suggestion: null };
  }
  const key = /^No such key: (.+)$/.exec(summary)?.[1];
  if (key === undefined) {
    return { reason: plainReason(summary), suggestion: suggestForm(summary) };
  }
  return {
    reason: `there is no ${JSON.stringify(key)}`,
    suggestion: 'Where it may be absent, ask with has(…) ? … : … first.',
  };
}
