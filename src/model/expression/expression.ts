import type { ASTNode, ParseResult } from '@marcbachmann/cel-js';
import { ParseError } from '@marcbachmann/cel-js';
import { type Analysis, analyse } from './analysis.ts';
import { cel } from './cel.ts';
import type { Fault } from './fault.ts';
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
  const refuse = (offset: number, reason: string, suggestion: string | null) => ({
    expression: null,
    fault: { expression: source, offset, reason, suggestion },
  });
  if (source.trim() === '') return refuse(0, 'it is empty', 'Write "$${" for a literal "${".');
  try {
    const parsed = cel.parse(source);
    const analysis = analyse(parsed.ast);
    const first = analysis.faults[0];
    if (first !== undefined) return refuse(first.offset, first.reason, first.suggestion);
    const wrong = typeFault(source, parsed);
    if (wrong !== null) return { expression: null, fault: wrong };
    return { expression: { source, analysis, run: parsed }, fault: null };
  } catch (error) {
    if (!(error instanceof ParseError)) {
      return refuse(0, 'it is nested too deep to be read', 'Make several simpler ones of it.');
    }
    const braces = /^\s*\{/.test(source);
    const offset = braces ? 0 : (error.range?.start ?? 0);
    const suggestion = suggestSyntax(source, error.summary);
    return refuse(offset, plainReason(error.summary), suggestion);
  }
}

function typeFault(source: string, parsed: ParseResult): Fault | null {
  const { valid, error } = parsed.check();
  if (valid || error === undefined) return null;
  const offset = error.range?.start ?? 0;
  const name = /^Unknown variable: (\w+)$/.exec(error.summary)?.[1];
  if (name === undefined) {
    const reason = plainReason(error.summary);
    const suggestion = suggestForm(error.summary);
    return { expression: source, offset, reason, suggestion };
  }
  const hyphenated = hyphenatedId(parsed.ast, offset);
  return {
    expression: source,
    offset,
    reason: `nothing is called ${JSON.stringify(name)}`,
    suggestion:
      hyphenated === undefined
        ? suggestRoot(name)
        : `An id with "-" is written resources["${hyphenated}"].`,
  };
}

/** `resources.my-db.outputs` is a subtraction to CEL: the id that was meant by it. */
function hyphenatedId(root: ASTNode, offset: number): string | undefined {
  const match = /resources\.([a-z][a-z0-9]*(?:-[a-z0-9]+)+)/g;
  for (const found of root.input.matchAll(match)) {
    if (offset > found.index && offset <= found.index + found[0].length) return found[1];
  }
  return undefined;
}
