import type { SourceFile } from '../gates/source.ts';
import { type SyntaxNode, type Visit, walk } from '../gates/syntax.ts';
import { escapePattern } from './escape.ts';

/** Shorter ones, such as `${a} ${b}`, would fit anything. */
const LITERAL_CHARACTERS_MIN = 15;

/**
 * Every text that the sources can say, as a pattern: what is put in when it is said (`${…}`) may be
 * anything.
 */
export function textPatterns(files: readonly SourceFile[]): RegExp[] {
  const patterns: RegExp[] = [];
  for (const file of files) {
    walk(file, ({ node, parent }: Visit) => {
      if (parent?.type === 'BinaryExpression') return;
      const parts = partsOf(node);
      const literal = parts.filter((part) => part !== null).join('');
      if (literal.length < LITERAL_CHARACTERS_MIN) return;
      const source = parts.map((part) => (part === null ? '.*' : escapePattern(part))).join('');
      patterns.push(new RegExp(`^${source}$`));
    });
  }
  return patterns;
}

/** Literal pieces of a text; null for each that is put in. */
function partsOf(node: SyntaxNode): (string | null)[] {
  if (node.type === 'Literal') return typeof node.value === 'string' ? [node.value] : [null];
  if (node.type === 'TemplateLiteral') {
    return node.quasis.flatMap((quasi, at) => [...(at === 0 ? [] : [null]), quasi.value.cooked]);
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return [null];
  return [...partsOf(node.left), ...partsOf(node.right)];
}
