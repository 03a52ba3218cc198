import type { ErrorCode, YAMLError } from 'yaml';
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

function syntaxProblem(fault: YAMLError, textFromLine: string): YamlProblem {
  const [line = ''] = textFromLine.split('\n', 1);
  const isExpression = /[:,[{]\s*\$\{/.test(line);
  const told = plainWords(fault);
  const hasTwo = /:\s.*:(?:\s|$)/.test(line);
  const [message, suggestion = null] = told === SECOND_COLON && !hasTwo ? NOT_INDENTED : told;
  return {
    offset: fault.pos[0],
    message,
    suggestion: isExpression ? 'Put a text with ${…} in quotes.' : suggestion,
  };
}

/** What is wrong, and perhaps what to do. Nothing of the text is repeated: it may hold secrets. */
type PlainWords = readonly [message: string, suggestion?: string];

const NOT_INDENTED: PlainWords = [
  'this line is not indented like those it belongs to',
  'Let it begin where its neighbours begin.',
];

const SECOND_COLON: PlainWords = [
  'a second colon stands on this line',
  'Put a text with ": " in quotes.',
];

const UNCLOSED = 'a bracket was opened before and is not closed';

/** Where the library has several sentences for one code, the first that fits; the last fits always. */
const PLAIN_WORDS: Partial<Record<ErrorCode, readonly (readonly [RegExp, PlainWords])[]>> = {
  BAD_INDENT: [
    [/sufficiently indented/, [UNCLOSED]],
    [/^/, NOT_INDENTED],
  ],
  BAD_DQ_ESCAPE: [
    [/^/, ['a backslash stands before a character that it does not go with', 'Write two of them.']],
  ],
  BAD_SCALAR_START: [[/^/, ['a text cannot begin with this character', 'Put the text in quotes.']]],
  BLOCK_AS_IMPLICIT_KEY: [[/^/, SECOND_COLON]],
  BLOCK_IN_FLOW: [[/^/, ['a comma is missing between two entries in brackets']]],
  DUPLICATE_KEY: [[/^/, ['this name stands twice in one map']]],
  MISSING_CHAR: [
    [/quote/, ['a quote was opened before and is not closed']],
    [/must end with/, [UNCLOSED]],
    [/map items/, ['a comma or a colon is missing']],
    [/sequence items/, ['a comma is missing']],
    [/^/, ['a colon is missing behind a name']],
  ],
  MULTILINE_IMPLICIT_KEY: [[/^/, ['a name goes on in the next line', 'Is a colon missing?']]],
  MULTIPLE_DOCS: [[/^/, ['the file holds more than one document', 'Remove what follows "---".']]],
  TAB_AS_INDENT: [[/^/, ['a tab indents this line', 'YAML is indented with spaces.']]],
  TAG_RESOLVE_FAILED: [[/^/, ['tags ("!name") are not known here', 'Put the text in quotes.']]],
  UNEXPECTED_TOKEN: [[/^/, ['what stands here does not go with what is before it']]],
};

function plainWords({ code, message }: YAMLError): PlainWords {
  const found = PLAIN_WORDS[code]?.find(([pattern]) => pattern.test(message));
  return found?.[1] ?? ['this is not valid YAML'];
}
