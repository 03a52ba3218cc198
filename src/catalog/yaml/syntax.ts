import type { YAMLError } from 'yaml';
import type { YamlProblem } from './located.ts';

const SYNTAX_PROBLEMS_MAX = 20;

/** One per line: what follows on the same line is mostly the same fault. */
export function syntaxProblems(
  faults: readonly YAMLError[],
  text: string,
  nestingLevelsMax: number,
): YamlProblem[] {
  if (faults.some(({ message }) => message.includes('call stack'))) {
    return [{ offset: 0, message: nestedTooDeep(nestingLevelsMax), suggestion: null }];
  }
  const byLine = new Map<number, YamlProblem>();
  for (const fault of faults) {
    const lineStart = text.lastIndexOf('\n', fault.pos[0] - 1) + 1;
    if (!byLine.has(lineStart)) byLine.set(lineStart, syntaxProblem(fault, text.slice(lineStart)));
  }
  return [...byLine.values()].slice(0, SYNTAX_PROBLEMS_MAX);
}

export function nestedTooDeep(nestingLevelsMax: number): string {
  return `the document is nested deeper than ${nestingLevelsMax} levels`;
}

function syntaxProblem({ code, message, pos }: YAMLError, textFromLine: string): YamlProblem {
  const offset = pos[0];
  const [line = ''] = textFromLine.split('\n', 1);
  const suggestion = /[:,[{]\s*\$\{/.test(line) ? 'Put a text with ${…} in quotes.' : null;
  switch (code) {
    case 'TAB_AS_INDENT':
      return {
        offset,
        message: 'a tab indents this line',
        suggestion: 'YAML is indented with spaces.',
      };
    case 'DUPLICATE_KEY':
      return { offset, message: 'this name stands twice in one map', suggestion: null };
    case 'MULTIPLE_DOCS':
      return {
        offset,
        message: 'the file holds more than one document',
        suggestion: 'Remove what follows "---".',
      };
    case 'TAG_RESOLVE_FAILED':
      return {
        offset,
        message: 'tags ("!name") are not known here',
        suggestion: 'Put the text in quotes.',
      };
    default:
      return { offset, message: `this is not valid YAML: ${message}`, suggestion };
  }
}
