import { type Gate, isCode, type SourceFile, type Violation } from './source.ts';
import { lineAt, lineCount, type SyntaxNode, type Visit, walk, walkNode } from './syntax.ts';

const FILE_LINES_MAX = { src: 250, elsewhere: 300 };
const FUNCTION_LINES_MAX = 60;
const PARAMETERS_MAX = 4;

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const SIGNATURES = new Set(['TSMethodSignature', 'TSFunctionType', 'TSDeclareFunction']);

/** What gives the function inside it a name. */
const NAMING = new Set(['VariableDeclarator', 'Property', 'MethodDefinition']);

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

/**
 * The lines that have to be understood at once. The named functions inside a factory are parts of
 * their own, as the methods of a class are, and each is measured by itself; so are the callbacks
 * that a suite of tests consists of.
 */
function ownLines(file: SourceFile, at: Visit): number {
  let lines = span(file, at.node);
  const enter = (child: Visit) => {
    if (!isNamedPart(child) && !isTestFrame(file, child)) return true;
    lines -= span(file, child.node) - 1;
    return false;
  };
  walkNode(at, () => {}, enter);
  return lines;
}

function isNamedPart({ node, parent }: Visit): boolean {
  if (!FUNCTIONS.has(node.type)) return false;
  if (node.type === 'FunctionDeclaration') return true;
  return NAMING.has(parent?.type ?? '');
}

function span(file: SourceFile, node: SyntaxNode): number {
  return lineAt(file.text, node.end) - lineAt(file.text, node.start) + 1;
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
