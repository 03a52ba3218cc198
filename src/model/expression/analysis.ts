import type { ASTNode } from '@marcbachmann/cel-js';
import type { Fault } from './fault.ts';
import { isFault, type Path, type Reference, ROOTS, toReference } from './paths.ts';

/** A value that an expression passes on, read at `path`. */
export interface Flow {
  path: Path;
  /** How many lists or maps, made by the expression itself, stand around it; 0: it is the whole. */
  wraps: number;
  offset: number;
}

/** A value that an operation or function works on. */
export interface Operand {
  path: Path;
  /** The operation looks at members of the value too. */
  deep: boolean;
  offset: number;
}

/** What can be known about an expression without any value. */
export interface Analysis {
  references: Reference[];
  /** What its result may be, or be made of. */
  flows: Flow[];
  operands: Operand[];
  faults: Omit<Fault, 'expression'>[];
  nodeCount: number;
  /** How many comprehensions stand inside each other. */
  comprehensionDepth: number;
}

const MACROS = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

/** Each could make an evaluation run, or grow, without bound. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['matches', 'Use startsWith, endsWith, contains or ==.'],
  ['bind', 'Write the value out where it is used.'],
]);

const REFUSED_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Where a walk stands: variables of the comprehensions around it, and what it has found so far. */
interface Place {
  analysis: Analysis;
  bound: ReadonlyMap<string, readonly Flow[]>;
  depth: number;
}

export function analyse(root: ASTNode): Analysis {
  const analysis: Analysis = {
    references: [],
    flows: [],
    operands: [],
    faults: [],
    nodeCount: 0,
    comprehensionDepth: 0,
  };
  analysis.flows = walk(root, { analysis, bound: new Map(), depth: 0 });
  return analysis;
}

function walk(node: ASTNode, place: Place): Flow[] {
  if (node.op === 'id' || node.op === '.' || node.op === '[]') return read(node, place);
  place.analysis.nodeCount += 1;
  switch (node.op) {
    case 'value':
      return [];
    case 'list':
      return node.args.flatMap((member) => walk(member, place)).map(wrap);
    case 'map':
      return node.args.flatMap(([key, value]) => entryFlows(key, value, place));
    case '?:':
      operate(walk(node.args[0], place), false, place);
      return [...walk(node.args[1], place), ...walk(node.args[2], place)];
    case 'call':
      return callFlows(node.args[0], node.args[1], place);
    case 'rcall':
      return methodFlows(node, place);
    case '!_':
    case '-_':
      operate(walk(node.args, place), false, place);
      return [];
    default:
      return operatorFlows(node, place);
  }
}

/** A whole `a.b[c]`: every value it may lead to is recorded as read. */
function read(node: ASTNode, place: Place): Flow[] {
  const flows = reach(node, place);
  for (const flow of flows.filter(({ wraps }) => wraps === 0)) {
    const found = toReference(flow.path, flow.offset);
    if (isFault(found)) place.analysis.faults.push({ offset: flow.offset, ...found });
    else place.analysis.references.push(found);
  }
  return flows;
}

/** The same, unrecorded: the part of an access that leads to its last member. */
function reach(node: ASTNode, place: Place): Flow[] {
  if (node.op !== 'id' && node.op !== '.' && node.op !== '[]') return walk(node, place);
  place.analysis.nodeCount += 1;
  if (node.op === 'id') return idFlows(node.args, node.start, place);
  const base = reach(node.args[0], place);
  if (node.op === '.') return base.map((flow) => step(flow, node.args[1]));
  operate(walk(node.args[1], place), false, place);
  const key = keyOf(node.args[1]);
  return base.map((flow) => step(flow, key));
}

function idFlows(name: string, offset: number, { bound }: Place): Flow[] {
  const known = bound.get(name);
  if (known !== undefined) return known.map((flow) => ({ ...flow, offset }));
  return isRoot(name) ? [{ path: [name], wraps: 0, offset }] : [];
}

function entryFlows(key: ASTNode, value: ASTNode, place: Place): Flow[] {
  if (REFUSED_KEYS.has(String(keyOf(key)))) {
    fault(place, key, 'this name is not allowed in a map');
  }
  operate(walk(key, place), true, place);
  return walk(value, place).map(wrap);
}

function operatorFlows(node: ASTNode, place: Place): Flow[] {
  if (!isBinary(node)) return [];
  const left = walk(node.args[0], place);
  const right = walk(node.args[1], place);
  const comparesMembers = node.op === '==' || node.op === '!=' || node.op === 'in';
  operate(left, comparesMembers, place);
  operate(
    node.op === 'in' ? right.filter((flow) => !isNamed(flow)) : right,
    comparesMembers,
    place,
  );
  // Lists joined by + keep their members.
  return node.op === '+' ? [...left, ...right].filter(({ wraps }) => wraps > 0) : [];
}

/** `"url" in resources.db.outputs` asks for a name and does not look at what is under it. */
function isNamed({ path, wraps }: Flow): boolean {
  if (wraps > 0) return false;
  return path.at(-1) === 'outputs' || (path.length === 1 && path[0] === 'parameters');
}

function callFlows(name: string, args: readonly ASTNode[], place: Place): Flow[] {
  const flows = args.flatMap((arg) => walk(arg, place));
  // `has` looks whether a value is there, not at the value.
  if (name === 'has') return [];
  if (name === 'dyn') return flows;
  operate(flows, name !== 'size', place);
  return [];
}

function methodFlows(node: Extract<ASTNode, { op: 'rcall' }>, place: Place): Flow[] {
  const [method, receiver, args] = node.args;
  const variable = args[0];
  const refused = REFUSED.get(method);
  if (refused !== undefined) fault(place, node, `"${method}" is not available here`, refused);
  const source = walk(receiver, place);
  if (MACROS.has(method) && variable?.op === 'id') {
    return macroFlows({ method, variable: variable.args, source, node }, args.slice(1), place);
  }
  const given = args.flatMap((arg) => walk(arg, place));
  operate([...source, ...given], method !== 'size', place);
  return [];
}

interface Macro {
  method: string;
  variable: string;
  source: Flow[];
  node: ASTNode;
}

function macroFlows(macro: Macro, args: readonly ASTNode[], place: Place): Flow[] {
  const { method, variable, source } = macro;
  if (isRoot(variable)) fault(place, macro.node, `"${variable}" cannot be the name of a variable`);
  const depth = place.depth + 1;
  place.analysis.comprehensionDepth = Math.max(place.analysis.comprehensionDepth, depth);
  const members = source.map((flow) => step(flow, null));
  const inner = { ...place, depth, bound: new Map(place.bound).set(variable, members) };
  const results = args.map((arg) => walk(arg, inner));
  const transform = method === 'map' ? (results.pop() ?? []) : [];
  operate(results.flat(), false, place);
  return method === 'filter' ? source : transform.map(wrap);
}

function operate(flows: readonly Flow[], deep: boolean, { analysis }: Place): void {
  for (const { path, wraps, offset } of flows) {
    if (deep || wraps === 0) analysis.operands.push({ path, deep, offset });
  }
}

function fault(
  place: Place,
  node: ASTNode,
  reason: string,
  suggestion: string | null = null,
): void {
  place.analysis.faults.push({ offset: node.start, reason, suggestion });
}

type Binary = Extract<ASTNode, { op: '+' | '==' | '!=' | 'in' }>;

function isBinary(node: ASTNode): node is Binary {
  return Array.isArray(node.args) && node.args.length === 2;
}

function isRoot(name: string): boolean {
  return ROOTS.some((root) => root === name);
}

function wrap(flow: Flow): Flow {
  return { ...flow, wraps: flow.wraps + 1 };
}

/** Into a value: out of a list the expression made itself, else one member deeper. */
function step(flow: Flow, key: string | number | null): Flow {
  if (flow.wraps > 0) return { ...flow, wraps: flow.wraps - 1 };
  return { ...flow, path: [...flow.path, key] };
}

/** A literal key; null where it is known only when evaluated. */
function keyOf(node: ASTNode): string | number | null {
  if (node.op !== 'value') return null;
  if (typeof node.args === 'string') return node.args;
  return typeof node.args === 'bigint' ? Number(node.args) : null;
}
