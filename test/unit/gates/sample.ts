import type { Gate, SourceFile } from '../../gates/source.ts';

/** Files from a table of path and text. */
function tree(files: Record<string, string>): SourceFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

/** What a gate says, as `path:line message`. */
export function verdict(gate: Gate, files: Record<string, string>): string[] {
  return gate(tree(files)).map(({ path, line, message }) => `${path}:${line} ${message}`);
}
