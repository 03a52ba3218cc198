import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../../../src/platform/sqlite.ts';
import { createDependencyGraph } from '../../../../src/store/sqlite/dependency-graph.ts';
import { STORE_SCHEMA } from '../../../../src/store/sqlite/schema.ts';
import type { ClosureQuery } from '../../../../src/store/store.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const openMemory = () => openSqlite({ path: ':memory:', schema: STORE_SCHEMA });

/** Some stand elsewhere in the order of UTF-16 than in that of bytes. */
const anyKey = fc.constantFrom('a', 'b', 'b/c', 'd', 'Z', 'é', '\u{10000}', '\uffee', 'e', 'f');

const anyChange = fc.record({
  key: anyKey,
  targets: fc.array(anyKey, { maxLength: 4 }),
});

const anyQuery: fc.Arbitrary<ClosureQuery> = fc.record(
  {
    key: anyKey,
    direction: fc.constantFrom('dependencies', 'dependents'),
    limit: fc.constantFrom(1, 2, 5, 100),
    depthMax: fc.constantFrom(1, 2, 3),
  },
  { requiredKeys: ['key', 'direction', 'limit'] },
);

const FROM_A = { key: 'a', direction: 'dependencies', limit: 10 } as const;

describe('the dependency graph', () => {
  it('answers from memory what the database answers, also after changes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyChange, fc.array(anyQuery, { maxLength: 3 })), { maxLength: 20 }),
        (story) => {
          const sqlite = openMemory();
          const kept = createDependencyGraph(sqlite);
          for (const [{ key, targets }, queries] of story) {
            kept.replace(key, targets);
            for (const query of queries) {
              const walked = createDependencyGraph(sqlite).closure(query);
              expect(kept.closure(query)).toEqual(walked);
            }
          }
          sqlite.database.close();
        },
      ),
      { numRuns: 300 },
    );
  });

  it('forgets what was rolled back', () => {
    const sqlite = openMemory();
    const graph = createDependencyGraph(sqlite);
    graph.replace('a', ['b']);
    const before = [graph.closure(FROM_A), graph.closure(FROM_A)];
    sqlite.database.exec('BEGIN');
    graph.replace('a', ['c']);
    sqlite.database.exec('ROLLBACK');
    graph.rolledBack();

    expect([graph.closure(FROM_A), graph.closure(FROM_A)]).toEqual(before);
    expect(before[1]?.nodes).toEqual([{ key: 'b', depth: 1 }]);
  });

  it('sees what another connection has written', () => {
    const path = join(temporaryFolder(), 'store.db');
    const [here, elsewhere] = [
      openSqlite({ path, schema: STORE_SCHEMA }),
      openSqlite({ path, schema: STORE_SCHEMA }),
    ];
    const graph = createDependencyGraph(here);
    for (const target of ['b', 'c', 'd']) {
      createDependencyGraph(elsewhere).replace('a', [target]);
      const asked = [1, 2, 3].map(() => graph.closure(FROM_A).nodes);
      expect(asked).toEqual(Array(3).fill([{ key: target, depth: 1 }]));
    }
    for (const { database } of [here, elsewhere]) database.close();
  });
});
