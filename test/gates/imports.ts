import { posix } from 'node:path';
import { isCode, type SourceFile } from './source.ts';
import { lineAt, parse, walk } from './syntax.ts';

export interface Import {
  from: string;
  /** As written. */
  specifier: string;
  /** The file it means, for one of ours. */
  target: string | undefined;
  /** What is taken from it by name. */
  names: string[];
  line: number;
}

/** Every way to name another module: import, export from, import() and import('…') as a type. */
export function importsOf(file: SourceFile): Import[] {
  return [...staticImports(file), ...otherImports(file)];
}

export function allImports(files: readonly SourceFile[]): Import[] {
  return files.filter(isCode).flatMap(importsOf);
}

export function staticImports(file: SourceFile): Import[] {
  const { staticImports: imports, staticExports: exports } = parse(file).module;
  const imported = imports.map((statement) =>
    describe(file, {
      specifier: statement.moduleRequest.value,
      names: statement.entries.flatMap((entry) => entry.importName.name ?? []),
      offset: statement.start,
    }),
  );
  const exported = exports.flatMap((statement) => {
    const specifier = statement.entries.find((entry) => entry.moduleRequest)?.moduleRequest?.value;
    if (specifier === undefined) return [];
    const names = statement.entries.flatMap((entry) => entry.importName.name ?? []);
    return [describe(file, { specifier, names, offset: statement.start })];
  });
  return [...imported, ...exported];
}

function otherImports(file: SourceFile): Import[] {
  const found: Import[] = [];
  walk(file, ({ node }) => {
    if (node.type !== 'ImportExpression' && node.type !== 'TSImportType') return;
    const { source } = node;
    const specifier = source.type === 'Literal' ? String(source.value) : '';
    found.push(describe(file, { specifier, names: [], offset: node.start }));
  });
  return found;
}

interface Found {
  specifier: string;
  names: string[];
  offset: number;
}

function describe(file: SourceFile, { specifier, names, offset }: Found): Import {
  return {
    from: file.path,
    specifier,
    target: specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined,
    names,
    line: lineAt(file.text, offset),
  };
}
