import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BiotopeError } from '../../../../src/model/errors.ts';
import { createGroupCommit } from '../../../../src/store/sqlite/group-commit.ts';
import { handClock } from './fixture.ts';

function setUp() {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  database.exec('CREATE TABLE t (name TEXT)');
  const calls: string[] = [];
  const memory = {
    begun: () => calls.push('begun'),
    committing: () => calls.push('committing'),
    rolledBack: () => calls.push('rolledBack'),
  };
  const clock = handClock();
  const group = createGroupCommit({
    database,
    path: 'test.db',
    clock,
    memory,
    sync: null,
    demandThere: () => {},
  });
  const insert = database.prepare('INSERT INTO t (name) VALUES (?)');
  const names = () =>
    database
      .prepare('SELECT name FROM t ORDER BY rowid')
      .all()
      .map((row) => row.name);
  const has = (name: string) => names().includes(name);
  return {
    database,
    group,
    clock,
    calls,
    names,
    has,
    write: (name: string) => () => void insert.run(name),
  };
}

const conflict = () => new BiotopeError('STORE_CONFLICT', { message: 'changed' });

describe('the group commit', () => {
  it('does nothing before the turn ends, then everything in one commit', async () => {
    const { group, clock, calls, names, write } = setUp();
    const jobs = ['a', 'b', 'c'].map((name) => group.run(write(name)));
    expect(names()).toEqual([]);
    expect(clock.turn()).toBe(1);
    await Promise.all(jobs);
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(calls).toEqual(['begun', 'committing']);
  });

  it('tells each its own result', async () => {
    const { group, clock } = setUp();
    const jobs = [1, 2, 3].map((number) => group.run(() => number * 10));
    clock.turn();
    expect(await Promise.all(jobs)).toEqual([10, 20, 30]);
  });

  it('commits the others of a group in which one is refused', async () => {
    const { group, clock, calls, names, write } = setUp();
    const first = group.run(write('a'));
    const refused = group.run(() => {
      throw conflict();
    });
    const last = group.run(write('b'));
    clock.turn();
    await expect(refused).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    await Promise.all([first, last]);
    expect(names()).toEqual(['a', 'b']);
    expect(calls).toEqual(['begun', 'committing']);
  });

  it('replays a group in which one fails, so that only the guilty one does', async () => {
    const { group, clock, calls, names, write } = setUp();
    const first = group.run(write('a'));
    const cause = new Error('broken');
    const guilty = group.run(() => {
      write('half of the guilty one')();
      throw cause;
    });
    const last = group.run(write('b'));
    clock.turn();
    await expect(guilty).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', cause });
    await Promise.all([first, last]);
    expect(names()).toEqual(['a', 'b']);
    expect(calls.filter((call) => call === 'rolledBack')).toHaveLength(2);
  });

  it('tells nobody of a conflict with what was rolled back in the end', async () => {
    const { group, clock, names, write, has } = setUp();
    let tries = 0;
    const failsAlone = group.run(() => {
      tries += 1;
      if (tries > 1) throw new Error('broken');
      write('a')();
    });
    const depends = group.run(() => {
      if (has('a')) throw conflict();
      write('b')();
    });
    const breaksTheGroup = group.run(() => {
      throw new Error('broken');
    });
    clock.turn();
    await expect(failsAlone).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(breaksTheGroup).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(depends).resolves.toBeUndefined();
    expect(names()).toEqual(['b']);
  });

  it('splits a long queue, and leaves other work its turn in between', async () => {
    const { group, clock, calls } = setUp();
    const jobs = Array.from({ length: 2_500 }, (_, at) => group.run(() => at));
    clock.turn();
    expect(calls.filter((call) => call === 'begun')).toHaveLength(1);
    clock.turn();
    clock.turn();
    expect(await Promise.all(jobs)).toHaveLength(2_500);
    expect(calls.filter((call) => call === 'begun')).toHaveLength(3);
    expect(clock.turn()).toBe(0);
  });

  it('commits what waits when it is closed, and takes no more', async () => {
    const { group, names, write } = setUp();
    const waiting = group.run(write('a'));
    await group.close();
    await waiting;
    expect(names()).toEqual(['a']);
    await expect(group.run(write('b'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
