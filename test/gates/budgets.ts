import { type Gate, isCode, type SourceFile, type Violation } from './source.ts';
import { lineAt, lineCount, type SyntaxNode, type Visit, walk, walkNode } from './syntax.ts';

const FILE_LINES_MAX = { src: 250, elsewhere: 300 };
const FUNCTION_LINES_MAX = 60;
const PARAMETERS_MAX = 4;

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const SIGNATURES = new Set(['TSMethodSignature', 'TSFunctionType', 'TSDeclareFunction']);

/** The callbacks of these are lists of tests, not functions anybody has to understand at once. */
const TEST_FRAMES = new Set(
  'describe it test suite beforeAll beforeEach afterAll afterEach'.split(' '),
);

/** Files, functions and parameter lists stay small enough to be read. */
export const budgets: Gate = (files) =>
  files
    .filter((file) => isCode(file) && /^(?:src|bin|test)\//.test(file.path))
    .flatMap((file) => [...longFile(file), ...bigFunctions(file)]);

function longFile(file: SourceFile): Violation[] {
  const linesMax = file.path.startsWith('src/') ? FILE_LINES_MAX.src : FILE_LINES_MAX.elsewhere;
  const lines = lineCount(file.text);
  if (lines <= linesMax) return [];
  const message = `${lines} lines, at most ${linesMax}`;
  return [{ path: file.path, line: linesMax + 1, message }];
}

function bigFunctions(file: SourceFile): Violation[] {
  const found: Violation[] = [];
  walk(file, (at) => {
    for (const message of judgeFunction(file, at)) {
      found.push({ path: file.path, line: lineAt(file.text, at.node.start), message });
    }
  });
  return found;
}

function judgeFunction(file: SourceFile, at: Visit): string[] {
  const isFunction = FUNCTIONS.has(at.node.type);
  if (!isFunction && !SIGNATURES.has(at.node.type)) return [];
  const parameters = parameterCount(at.node);
  const lines = isFunction && !isTestFrame(file, at) ? ownLines(file, at) : 0;
  return [
    ...(parameters > PARAMETERS_MAX ? [`${parameters} parameters, at most ${PARAMETERS_MAX}`] : []),
    ...(lines > FUNCTION_LINES_MAX
      ? [`a function of ${lines} lines, at most ${FUNCTION_LINES_MAX}`]
      : []),
  ];
}

function parameterCount(node: SyntaxNode): number {
  const parameters: unknown = Reflect.get(node, 'params');
  if (!Array.isArray(parameters)) return 0;
  const isThis = (parameter: SyntaxNode) =>
    parameter.type === 'Identifier' && parameter.name === 'this';
  return parameters.filter((parameter) => !isThis(parameter)).length;
}

/** A suite that declares tests is as long as its tests are many: they are not counted. */
function ownLines(file: SourceFile, at: Visit): number {
  let lines = span(file, at.node);
  const outside = (child: Visit) => !isTestFrame(file, child);
  walkNode(
    at,
    ({ node }) => {
      for (const frame of testFramesOf(file, node)) lines -= span(file, frame) - 1;
    },
    outside,
  );
  return lines;
}

function span(file: SourceFile, node: SyntaxNode): number {
  return lineAt(file.text, node.end) - lineAt(file.text, node.start) + 1;
}

function testFramesOf(file: SourceFile, node: SyntaxNode): SyntaxNode[] {
  if (node.type !== 'CallExpression') return [];
  return node.arguments.filter((argument) =>
    isTestFrame(file, { node: argument, parent: node, key: 'arguments' }),
  );
}

function isTestFrame(file: SourceFile, { node, parent }: Visit): boolean {
  if (!file.path.startsWith('test/') || !FUNCTIONS.has(node.type)) return false;
  return parent?.type === 'CallExpression' && TEST_FRAMES.has(rootName(parent.callee));
}

/** `describe` for `describe(…)`, `describe.each(…)(…)` and `describe.sequential.skipIf(…)(…)`. */
function rootName(node: SyntaxNode): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MemberExpression') return rootName(node.object);
  if (node.type === 'CallExpression') return rootName(node.callee);
  return '';
}
