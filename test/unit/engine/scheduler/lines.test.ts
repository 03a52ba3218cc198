import { describe, expect, test } from 'vitest';
import { createLines, type Lines } from '../../../../src/engine/scheduler/lines.ts';
import type { RunRecord } from '../../../../src/model/run.ts';
import type { Store, Transaction } from '../../../../src/store/store.ts';
import { run as runRecord } from '../../../support/records.ts';

const run = (id: string, facts: Partial<RunRecord> = {}) =>
  runRecord({ id, environment: 'shop', status: 'queued', ...facts });

function wrote(...runs: RunRecord[]): Transaction {
  const writes = runs.map((value) => ({
    kind: 'put' as const,
    collection: 'runs' as const,
    key: value.id,
    value,
  }));
  return { scope: 'shop', expect: [], writes, events: [] };
}

/** The lines over what a store would find, at revision 10. */
function linesOver(found: RunRecord[]): Lines {
  const find = async () => found.map((value) => ({ value, revision: 10 }));
  return createLines({ find } as unknown as Store);
}

function firsts(lines: Lines): string[] {
  const taken: string[] = [];
  for (let first = lines.takeChanged(); first !== undefined; first = lines.takeChanged()) {
    taken.push(first.value.id);
  }
  return taken;
}

describe('the lines in front of environments', () => {
  test('offer the first accepted of each environment, once until something changes', async () => {
    const lines = linesOver([
      run('late', { order: 2 }),
      run('early', { order: 1 }),
      run('other', { environment: 'bank' }),
    ]);
    await lines.refresh();
    expect(firsts(lines)).toEqual(['early', 'other']);
    expect(firsts(lines)).toEqual([]);
    lines.putBack('bank');
    expect(firsts(lines)).toEqual(['other']);
  });

  test('move on when the first one has ended', () => {
    const lines = linesOver([]);
    const queue = wrote(run('early', { order: 1 }), run('late', { order: 2 }));
    expect(lines.absorb(queue, { number: 1, sequence: 1, atMs: 0 })).toBe(true);
    expect(firsts(lines)).toEqual(['early']);
    const ended = wrote(run('early', { order: 1, status: 'succeeded' }));
    lines.absorb(ended, { number: 2, sequence: 2, atMs: 0 });
    expect(firsts(lines)).toEqual(['late']);
  });

  test('forget what ended without being heard of, and keep what was heard during a reading', async () => {
    const lines = linesOver([]);
    lines.absorb(wrote(run('gone', { order: 1 })), { number: 1, sequence: 1, atMs: 0 });
    const reading = lines.refresh();
    lines.absorb(wrote(run('new', { order: 2 })), { number: 2, sequence: 2, atMs: 0 });
    await reading;
    expect(firsts(lines)).toEqual(['new']);
  });

  test('do not let older news undo newer ones', async () => {
    const lines = linesOver([run('one')]);
    const began = wrote(run('one', { status: 'running' }));
    lines.absorb(began, { number: 11, sequence: 1, atMs: 0 });
    await lines.refresh();
    expect(lines.takeChanged()?.value.status).toBe('running');
  });
});
