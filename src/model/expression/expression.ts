import type { ParseResult } from '@marcbachmann/cel-js';
import { ParseError } from '@marcbachmann/cel-js';
import { type Analysis, analyse } from './analysis.ts';
import { cel } from './cel.ts';
import type { Fault } from './fault.ts';
import { hyphenFault } from './hyphens.ts';
import { suggestRoot } from './paths.ts';
import { plainReason, suggestForm, suggestSyntax } from './words.ts';

/** An expression that can be evaluated as far as can be told without values. */
export interface Expression {
  source: string;
  analysis: Analysis;
  /** Works on values as `toCel` makes them. Throws what the CEL library throws. */
  run(context: Readonly<Record<string, unknown>>): unknown;
}

export type ReadExpression =
  | { expression: Expression; fault: null }
  | { expression: null; fault: Fault };

const CACHED_MAX = 5_000;
const cached = new Map<string, ReadExpression>();

/** Parses and checks once; the same text again costs a look-up. */
export function readExpression(source: string): ReadExpression {
  const known = cached.get(source);
  if (known !== undefined) return known;
  if (cached.size >= CACHED_MAX) cached.clear();
  const read = parseExpression(source);
  cached.set(source, read);
  return read;
}

function parseExpression(source: string): ReadExpression {
  const refuse = (found: Omit<Fault, 'expression'>) => ({
    expression: null,
    fault: { expression: source, ...found },
  });
  if (source.trim() === '') {
    const suggestion = 'Write "$${" for a literal "${".';
    return refuse({ offset: 0, reason: 'it is empty', suggestion });
  }
  try {
    const parsed = cel.parse(source);
    const analysis = analyse(parsed.ast);
    const fault =
      hyphenFault(source, { references: analysis.references, offset: null }) ??
      analysis.faults[0] ??
      typeFault(parsed);
    if (fault !== null) return refuse(fault);
    return { expression: { source, analysis, run: parsed }, fault: null };
  } catch (error) {
    return refuse(syntaxFault(source, error));
  }
}

function syntaxFault(source: string, error: unknown): Omit<Fault, 'expression'> {
  if (!(error instanceof ParseError)) {
    const reason = 'it is nested too deep to be read';
    return { offset: 0, reason, suggestion: 'Make several simpler ones of it.' };
  }
  const braces = /^\s*\{/.test(source);
  const offset = braces ? 0 : (error.range?.start ?? 0);
  const hyphenated = hyphenFault(source, { references: [], offset });
  if (hyphenated !== null) return hyphenated;
  const suggestion = suggestSyntax(source, error.summary);
  return { offset, reason: plainReason(error.summary), suggestion };
}

function typeFault(parsed: ParseResult): Omit<Fault, 'expression'> | null {
  const { valid, error } = parsed.check();
  if (valid || error === undefined) return null;
  const offset = error.range?.start ?? 0;
  const name = /^Unknown variable: (\w+)$/.exec(error.summary)?.[1];
  if (name === undefined) {
    const reason = plainReason(error.summary);
    return { offset, reason, suggestion: suggestForm(error.summary) };
  }
  const reason = `nothing is called ${JSON.stringify(name)}`;
  return { offset, reason, suggestion: suggestRoot(name) };
}
