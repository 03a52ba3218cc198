import type { Gate, SourceFile, Violation } from './source.ts';
import { lineAt, parse, type SyntaxNode } from './syntax.ts';

const TABLE = 'src/model/errors.ts';
const PAGE = 'docs/errors.md';

interface Code {
  code: string;
  line: number;
}

/** The table of errors and the page that explains them name the same codes. */
export const errors: Gate = (files) => {
  const table = files.find((file) => file.path === TABLE);
  const page = files.find((file) => file.path === PAGE);
  const inTable = table === undefined ? [] : codesOfTable(table);
  const inPage = page === undefined ? [] : codesOfPage(page);
  return [
    ...(table !== undefined && inTable.length === 0
      ? [{ path: TABLE, line: 1, message: 'exports no table ERRORS that the gate can read' }]
      : []),
    ...missing(inTable, inPage).map((at) => violation(TABLE, at, `is not explained in ${PAGE}`)),
    ...missing(inPage, inTable).map((at) => violation(PAGE, at, `is not in ${TABLE}`)),
    ...repeated(inPage).map((at) => violation(PAGE, at, 'is explained twice')),
  ];
};

function violation(path: string, { code, line }: Code, what: string): Violation {
  return { path, line, message: `${code} ${what}` };
}

function missing(wanted: readonly Code[], there: readonly Code[]): Code[] {
  const known = new Set(there.map(({ code }) => code));
  return wanted.filter(({ code }) => !known.has(code));
}

function repeated(codes: readonly Code[]): Code[] {
  return codes.filter(({ code }, at) => codes.findIndex((other) => other.code === code) < at);
}

function codesOfPage(page: SourceFile): Code[] {
  return [...page.text.matchAll(/^## `?([A-Z][A-Z0-9_]+)`?\s*$/gm)].map((match) => ({
    code: match[1] ?? '',
    line: lineAt(page.text, match.index),
  }));
}

function codesOfTable(table: SourceFile): Code[] {
  const object = tableObject(parse(table).program);
  if (object?.type !== 'ObjectExpression') return [];
  return object.properties.flatMap((property) => {
    if (property.type !== 'Property' || property.key.type !== 'Identifier') return [];
    return [{ code: property.key.name, line: lineAt(table.text, property.start) }];
  });
}

function tableObject(program: Extract<SyntaxNode, { type: 'Program' }>): SyntaxNode | undefined {
  const declarations = program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration') return [];
    return statement.declaration?.type === 'VariableDeclaration'
      ? statement.declaration.declarations
      : [];
  });
  const table = declarations.find(({ id }) => id.type === 'Identifier' && id.name === 'ERRORS');
  return table?.init === null || table === undefined ? undefined : unwrap(table.init);
}

/** Takes `as const` and `satisfies …` off. */
function unwrap(node: SyntaxNode): SyntaxNode {
  const isWrapped = node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression';
  return isWrapped ? unwrap(node.expression) : node;
}
