import { type Node, type ParseResult, parseSync, visitorKeys } from 'oxc-parser';
import type { SourceFile } from './source.ts';

export type SyntaxNode = Node;

export interface Visit {
  node: SyntaxNode;
  parent: SyntaxNode | undefined;
  /** The name under which the parent holds the node. */
  key: string;
}

const parsed = new Map<string, { text: string; result: ParseResult }>();

/** Parsed once for all gates. A file that does not parse is a failure, never "no violations". */
export function parse(file: SourceFile): ParseResult {
  const known = parsed.get(file.path);
  if (known?.text === file.text) return known.result;
  const result = parseSync(file.path, file.text, { sourceType: 'module' });
  const problem = result.errors[0];
  if (problem !== undefined) throw new Error(`${file.path} does not parse: ${problem.message}`);
  parsed.set(file.path, { text: file.text, result });
  return result;
}

export function walk(file: SourceFile, visit: (at: Visit) => void): void {
  walkNode({ node: parse(file).program, parent: undefined, key: '' }, visit);
}

/** Visits a node and all below it. `visit` may be told to stay out of a branch by `enter`. */
export function walkNode(
  at: Visit,
  visit: (at: Visit) => void,
  enter: (at: Visit) => boolean = () => true,
): void {
  visit(at);
  for (const child of childrenOf(at.node)) {
    if (enter(child)) walkNode(child, visit, enter);
  }
}

function childrenOf(node: SyntaxNode): Visit[] {
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const value: unknown = Reflect.get(node, key);
    const nodes = Array.isArray(value) ? value : [value];
    return nodes.filter(isNode).map((child) => ({ node: child, parent: node, key }));
  });
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

export function lineCount(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}
