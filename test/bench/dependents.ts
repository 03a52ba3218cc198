import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../src/platform/clock.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { resource } from '../support/records.ts';
import { type Benchmark, inTurns, median, type Tools } from './figure.ts';
import { withFolder } from './folder.ts';

/** Layers, each resource of which needs some of the layer before: ten times as deep as broad. */
interface Layers {
  count: number;
  width: number;
  needs: number;
}

const FULL: Layers = { count: 100, width: 101, needs: 3 };
const TINY: Layers = { count: 5, width: 10, needs: 3 };

const ENVIRONMENT = 'shop';
const ASKED = 200;
/** All of them: what `resource dependents` asks for with the highest limit it takes. */
const LIMIT = 100_000;

const idOf = (layer: number, at: number) => `r${layer}-${at}`;
const keyOf = (layer: number, at: number) => `${ENVIRONMENT}/${idOf(layer, at)}[0]`;

/** Which of the layer before: spread, and the same each time. */
function neededBy(at: number, { width, needs }: Layers): number[] {
  return Array.from({ length: needs }, (_, edge) => (at * (edge + 2) + 7 * edge) % width);
}

async function fill(store: Store, layers: Layers): Promise<number> {
  let edges = 0;
  for (let layer = 0; layer < layers.count; layer += 1) {
    const writes = Array.from({ length: layers.width }, (_, at) => {
      const below = layer === 0 ? [] : [...new Set(neededBy(at, layers))];
      edges += below.length;
      const dependsOn = below.map((other) => `${idOf(layer - 1, other)}[0]`);
      const value = resource({ id: idOf(layer, at), environment: ENVIRONMENT, dependsOn });
      return { kind: 'put', collection: 'resources', key: keyOf(layer, at), value } as const;
    });
    await store.commit({ scope: ENVIRONMENT, expect: [], writes, events: [] });
  }
  return edges;
}

const RECURSIVE = `
  WITH RECURSIVE reached (key) AS (
    VALUES (?) UNION SELECT e.source FROM reached JOIN edges AS e ON e.target = reached.key
  )
  SELECT key FROM reached`;

/** Milliseconds of one question each, about resources of all layers in turn. */
async function ask(layers: Layers, question: (key: string) => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let asked = 0; asked < ASKED; asked += 1) {
    const key = keyOf((asked * 37) % layers.count, (asked * 53) % layers.width);
    const startMs = performance.now();
    await question(key);
    times.push(performance.now() - startMs);
  }
  return median(times);
}

async function run(layers: Layers, folder: string, { pairs, say }: Tools) {
  const path = join(folder, 'store.db');
  const store = createSqliteStore({ path, clock: systemClock });
  const edges = await fill(store, layers);
  const rows = new DatabaseSync(path, { readOnly: true });
  const recursive = rows.prepare(RECURSIVE);
  const ours = async (key: string) =>
    (await store.closure({ key, direction: 'dependents', limit: LIMIT })).nodes.length;
  const theirs = async (key: string) => recursive.all(key).length - 1;
  try {
    await compareAnswers(layers, ours, theirs);
    const times = await inTurns(pairs, {
      theirs: () => ask(layers, theirs),
      ours: () => ask(layers, ours),
    });
    const [asked, sql] = [median(times.ours), median(times.theirs)];
    const loadMs = await firstFromMemory(path);
    say(
      `${layers.count * layers.width} resources, ${edges} edges; reading them takes ${loadMs} ms`,
    );
    say(`recursive SQL takes ${sql.toFixed(2)} ms, ${(sql / asked).toFixed(1)} times as long`);
    return [
      { value: asked, ratios: times.ours },
      { value: asked, ratios: times.ours.map((time, at) => time / (times.theirs[at] ?? 0)) },
    ];
  } finally {
    rows.close();
    await store.close();
  }
}

type Question = (key: string) => Promise<number>;

async function compareAnswers(layers: Layers, ours: Question, theirs: Question): Promise<void> {
  for (let layer = 0; layer < layers.count; layer += 7) {
    const key = keyOf(layer, layer % layers.width);
    const [found, expected] = [await ours(key), await theirs(key)];
    if (found !== expected) throw new Error(`${found} dependents of ${key}, not ${expected}`);
  }
}

/** The second question of a process is when the graph is read into memory. */
async function firstFromMemory(path: string): Promise<string> {
  const store = createSqliteStore({ path, clock: systemClock, readOnly: true });
  const query = { key: 'nobody', direction: 'dependents', limit: 1 } as const;
  await store.closure(query);
  const startMs = performance.now();
  await store.closure(query);
  const elapsedMs = performance.now() - startMs;
  await store.close();
  return elapsedMs.toFixed(1);
}

export const dependents: Benchmark = {
  name: 'dependents',
  says: 'all that needs a resource, directly or not, among 10,000 with 30,000 edges',
  goals: [
    { name: 'dependents', unit: 'ms', comparedWith: '1 ms', target: 1, targetIs: 'at most' },
    {
      name: 'dependents beside SQL',
      unit: 'ms',
      comparedWith: 'recursive SQL over the same rows',
      target: 1,
      targetIs: 'at most',
    },
  ],
  run: (tools) => withFolder((folder) => run(tools.quick ? TINY : FULL, folder, tools)),
};
