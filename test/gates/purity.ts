import { roomOf } from './floors.ts';
import { importsOf } from './imports.ts';
import type { Gate, SourceFile, Violation } from './source.ts';
import { lineAt, type SyntaxNode, type Visit, walk } from './syntax.ts';

/**
 * `engine` and the ports take time, chance, identifiers and the outside world through their door,
 * so that a simulation can replay them. What they could reach past the door is forbidden here.
 */
const PURE_FLOORS = new Set(['engine', 'port']);

const IMPURE_MODULES = new Set(
  'fs child_process net http https http2 tls dns dgram sqlite timers process os cluster'
    .concat(' worker_threads perf_hooks readline inspector module vm')
    .split(' '),
);
const CHANCE = new Set(['randomUUID', 'randomBytes', 'randomInt', 'webcrypto', 'getRandomValues']);

const IMPURE_GLOBALS = new Set(
  'setTimeout setInterval setImmediate process globalThis crypto performance fetch'.split(' '),
);
/** Members of globals that are otherwise harmless. */
const IMPURE_MEMBERS = new Set(['Date.now', 'Math.random', 'AbortSignal.timeout']);

export const purity: Gate = (files) =>
  files
    .filter((file) => file.path.endsWith('.ts'))
    .filter((file) => PURE_FLOORS.has(roomOf(file.path)?.floor ?? ''))
    .flatMap((file) => [...impureImports(file), ...impureUses(file)]);

function impureImports(file: SourceFile): Violation[] {
  return importsOf(file).flatMap(({ specifier, names, line }) => {
    const module = specifier.replace(/^node:/, '').split('/')[0] ?? '';
    const chance = module === 'crypto' ? names.find((name) => CHANCE.has(name)) : undefined;
    if (!IMPURE_MODULES.has(module) && chance === undefined) return [];
    const what = chance === undefined ? specifier : `${chance} of ${specifier}`;
    return [{ path: file.path, line, message: `reaches past its door: ${what}` }];
  });
}

function impureUses(file: SourceFile): Violation[] {
  const found: Violation[] = [];
  walk(file, (at) => {
    const what = impureUse(at);
    if (what === undefined) return;
    const line = lineAt(file.text, at.node.start);
    found.push({ path: file.path, line, message: `reaches past its door: ${what}` });
  });
  return found;
}

function impureUse({ node, parent, key }: Visit): string | undefined {
  if (node.type === 'NewExpression' && node.arguments.length === 0) {
    return isNamed(node.callee, 'Date') ? 'new Date()' : undefined;
  }
  if (node.type === 'CallExpression' && isNamed(node.callee, 'Date')) return 'Date()';
  if (node.type === 'MemberExpression') return impureMember(node);
  if (node.type !== 'Identifier' || !IMPURE_GLOBALS.has(node.name)) return undefined;
  return isReference(parent, key) ? node.name : undefined;
}

function impureMember(node: Extract<SyntaxNode, { type: 'MemberExpression' }>): string | undefined {
  if (node.object.type !== 'Identifier' || node.property.type !== 'Identifier') return undefined;
  const name = `${node.object.name}.${node.property.name}`;
  return IMPURE_MEMBERS.has(name) ? name : undefined;
}

function isNamed(node: SyntaxNode, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

/** `clock.setTimeout`, `{ process: … }` and a type's member are names, not uses of the global. */
function isReference(parent: SyntaxNode | undefined, key: string): boolean {
  if (parent === undefined) return false;
  if (key === 'property' && parent.type === 'MemberExpression') return parent.computed;
  const isKey = key === 'key' && 'computed' in parent && !parent.computed;
  return !isKey && !parent.type.startsWith('Import') && !parent.type.startsWith('Export');
}
