import { type Expression, readExpression } from './expression.ts';
import type { Fault } from './fault.ts';

export type Piece =
  | { kind: 'text'; text: string }
  /** `offset`: where the expression's first character stands in the text. */
  | { kind: 'expression'; expression: Expression; offset: number };

export interface ParsedText {
  pieces: Piece[];
  /** `offset`: where the faulty expression's first character stands in the text. */
  faults: { fault: Fault; offset: number }[];
}

/**
 * Splits a text of a template into literal pieces and `${…}` expressions. `$${` stands for a
 * literal `${`. Never throws; goes on behind a faulty expression, so that all faults are found.
 * `charactersMax` bounds each expression where a text comes from outside; what was published has
 * been checked.
 */
export function parseText(text: string, charactersMax = Number.POSITIVE_INFINITY): ParsedText {
  const pieces: Piece[] = [];
  const faults: ParsedText['faults'] = [];
  let literal = '';
  let at = 0;
  for (let open = text.indexOf('${'); open !== -1; open = text.indexOf('${', at)) {
    if (open > at && text[open - 1] === '$') {
      literal += `${text.slice(at, open - 1)}\${`;
      at = open + 2;
      continue;
    }
    literal += text.slice(at, open);
    const end = expressionEnd(text, open + 2, charactersMax);
    if (typeof end !== 'number') {
      faults.push({ fault: end, offset: open + 2 });
      return { pieces, faults };
    }
    const source = text.slice(open + 2, end);
    const read = readExpression(source);
    at = end + 1;
    if (read.fault !== null) {
      faults.push({ fault: read.fault, offset: open + 2 });
      continue;
    }
    if (literal !== '') pieces.push({ kind: 'text', text: literal });
    literal = '';
    pieces.push({ kind: 'expression', expression: read.expression, offset: open + 2 });
  }
  literal += text.slice(at);
  if (literal !== '') pieces.push({ kind: 'text', text: literal });
  return { pieces, faults };
}

/** False for a text that means what it says, `$${` apart. */
export function holdsExpression(text: string): boolean {
  return text.includes('${') && /(?<!\$)\$\{/.test(text);
}

/** The same in JSON Schema: a text that holds none. */
export const NO_EXPRESSION = { not: { pattern: '(^|[^$])\\$\\{' } };

/** Where the closing `}` stands: braces of maps, texts and comments inside are passed over. */
function expressionEnd(text: string, start: number, charactersMax: number): number | Fault {
  const bound = Math.min(text.length, start + charactersMax + 1);
  let depth = 0;
  for (let at = start; at < bound; at = nextToken(text, at)) {
    if (text[at] === '{') depth += 1;
    if (text[at] !== '}') continue;
    if (depth === 0) return at;
    depth -= 1;
  }
  return unclosed(text.slice(start), charactersMax);
}

function nextToken(text: string, at: number): number {
  const character = text[at];
  if (character === '"' || character === "'") return literalEnd(text, at);
  if (character !== '/' || text[at + 1] !== '/') return at + 1;
  const lineEnd = text.indexOf('\n', at);
  return lineEnd === -1 ? text.length : lineEnd;
}

function unclosed(rest: string, charactersMax: number): Fault {
  const expression = rest.slice(0, 60);
  if (rest.length > charactersMax) {
    const reason = `the expression is longer than ${charactersMax} characters, or "\${" is never closed by "}"`;
    return { expression, offset: 0, reason, suggestion: null };
  }
  return {
    expression,
    offset: 0,
    reason: '"${" is never closed by "}"',
    suggestion: 'Close it with "}", or write "$${" for a literal "${".',
  };
}

/** Behind the closing quote of a CEL text that opens at `open`. */
function literalEnd(text: string, open: number): number {
  const quote = text[open] ?? '"';
  const delimiter = text.startsWith(quote.repeat(3), open) ? quote.repeat(3) : quote;
  for (let at = open + delimiter.length; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(delimiter, at)) return at + delimiter.length;
  }
  return text.length;
}
