import { BiotopeError } from '../errors.ts';

/** What is wrong with an expression, and where. Never holds a value, so never a secret. */
export interface Fault {
  /** What stands between `${` and `}`; all that follows `${` where it is never closed. */
  expression: string;
  /** Where in the expression, in characters from its first. */
  offset: number;
  reason: string;
  suggestion: string | null;
}

const SHOWN_CHARACTERS_MAX = 200;

/** EXPRESSION_FAILED with the fault as its facts. */
export function faultError(fault: Fault, cause?: unknown): BiotopeError {
  const suggestion = fault.suggestion === null ? '' : ` ${fault.suggestion}`;
  return new BiotopeError('EXPRESSION_FAILED', {
    message:
      `The expression \${${shorten(fault.expression)}} cannot be evaluated: ` +
      `${fault.reason} (at character ${fault.offset + 1}).${suggestion}`,
    facts: { ...fault },
    cause,
  });
}

function shorten(text: string): string {
  return text.length <= SHOWN_CHARACTERS_MAX ? text : `${text.slice(0, SHOWN_CHARACTERS_MAX)}…`;
}
