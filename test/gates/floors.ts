import { allImports, type Import } from './imports.ts';
import type { Gate, SourceFile, Violation } from './source.ts';

/**
 * The floors of the house (ARCHITECTURE.md): who may import whom. A port is the door of its
 * folder; the folders below it are adapters, which only `compose` chooses.
 */
const PORTS = new Set([
  'store',
  'bus',
  'keyvalue',
  'systems',
  'secrets',
  'executors',
  'probe',
  'registry',
  'desk',
  'post',
  'metrics',
  'tracing',
]);

/** Folders below a port that are part of the door: every adapter speaks these messages. */
const SHARED_BELOW_PORTS = new Set(['src/bus/messages']);

const LOWER = ['model', 'platform', 'port'] as const;
const MIDDLE = [
  'engine',
  'worker',
  'catalog',
  'cluster',
  'documents',
  'queries',
  'webhooks',
  'observing',
] as const;
const UPPER = ['api', 'remote', 'bootstrap'] as const;

/** What each floor may import besides itself. Floors not named here do not exist. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  model: [],
  platform: ['model'],
  config: ['model', 'platform'],
  port: ['model', 'platform'],
  adapter: LOWER,
  ...Object.fromEntries(MIDDLE.map((floor) => [floor, LOWER])),
  ...Object.fromEntries(UPPER.map((floor) => [floor, [...LOWER, 'config', ...MIDDLE]])),
  compose: [...LOWER, 'adapter', 'config', ...MIDDLE, ...UPPER],
  // What people see on a terminal: records, plans and what goes on in a running whole, as text.
  presentation: [...LOWER, 'config', ...MIDDLE, 'compose'],
  commands: [...LOWER, 'config', ...MIDDLE, ...UPPER, 'compose', 'presentation'],
};

interface Room {
  floor: string;
  /** Two rooms of one floor keep apart, as two adapters do. */
  room: string;
}

/** Undefined for a file of `src` that lives on no floor. */
export function roomOf(path: string): Room | undefined {
  const [, first, second, ...rest] = path.split('/');
  if (first === undefined || second === undefined) return undefined;
  if (!PORTS.has(first)) return first in MAY_IMPORT ? { floor: first, room: first } : undefined;
  const folder = `src/${first}/${second}`;
  if (rest.length === 0 || SHARED_BELOW_PORTS.has(folder)) return { floor: 'port', room: 'ports' };
  return { floor: 'adapter', room: folder };
}

export const floors: Gate = (files) => {
  const ours = files.filter((file) => file.path.startsWith('src/'));
  return [...homeless(ours), ...allImports(ours).flatMap(judge)];
};

function homeless(files: readonly SourceFile[]): Violation[] {
  return files
    .filter((file) => file.path.endsWith('.ts') && roomOf(file.path) === undefined)
    .map(({ path }) => ({ path, line: 1, message: 'lives on no floor of the house' }));
}

function judge(found: Import): Violation[] {
  const message = found.target === undefined ? judgePackage(found) : judgeOwn(found, found.target);
  return message === undefined ? [] : [{ path: found.from, line: found.line, message }];
}

function judgeOwn(found: Import, target: string): string | undefined {
  if (target === 'package.json') return undefined;
  const from = roomOf(found.from);
  const to = roomOf(target);
  if (from === undefined) return undefined;
  if (!target.startsWith('src/') || to === undefined) return `imports ${target} from outside src`;
  if (from.room === to.room || MAY_IMPORT[from.floor]?.includes(to.floor)) return undefined;
  return `${nameOf(from)} may not import ${nameOf(to)} (${found.specifier})`;
}

function nameOf({ floor, room }: Room): string {
  return floor === 'adapter' ? `the adapter ${room}` : floor;
}

function judgePackage({ from, specifier }: Import): string | undefined {
  if (specifier === '') return 'an import must name its module: the gates cannot follow it';
  if (from.startsWith('src/model/') && specifier.startsWith('node:')) {
    return `model imports nothing of Node (${specifier})`;
  }
  const startsProcesses = specifier === 'node:child_process' || specifier === 'execa';
  if (startsProcesses && !/^src\/platform\/process(?:\.ts|\/)/.test(from)) {
    return `only src/platform/process starts processes (${specifier})`;
  }
  return undefined;
}
