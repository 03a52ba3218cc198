import type pg from 'pg';
import { type Met, walkClosure } from '../closure-walk.ts';
import type { Closure, ClosureQuery } from '../store.ts';
import { asText } from './text.ts';

/**
 * Walks level by level, as the embedded store does, and so with the same answers: a recursive query would
 * meet a node once for each way that leads to it. All levels see one state of the graph.
 */
export async function readClosure(pool: pg.Pool, query: ClosureQuery): Promise<Closure> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const closure = await walk(client, { ...query, key: asText(query.key) });
    await client.query('COMMIT');
    client.release();
    return closure;
  } catch (error) {
    // It may be in the middle of its transaction.
    client.release(true);
    throw error;
  }
}

async function walk(client: pg.PoolClient, query: ClosureQuery): Promise<Closure> {
  const walking = walkClosure(query);
  for (let step = walking.next(); ; ) {
    if (step.done === true) return step.value;
    const { keys, limit } = step.value;
    const values = [keys, limit];
    const name = `edges-${query.direction}`;
    const { rows } = await client.query<Met>({ name, text: EDGES[query.direction], values });
    step = walking.next(rows);
  }
}

const EDGES = {
  dependencies: edgesQuery('source', 'target'),
  dependents: edgesQuery('target', 'source'),
};

function edgesQuery(near: 'source' | 'target', far: 'source' | 'target'): string {
  return (
    `SELECT ${near} AS near, ${far} AS far FROM edges WHERE ${near} = ANY ($1::text[]) ` +
    'ORDER BY far, near LIMIT $2'
  );
}
