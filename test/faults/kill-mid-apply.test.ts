import { describe, expect, test } from 'vitest';
import { createWorld, until } from './world.ts';

const CREATE = ['environment', 'create', 'one', '--template', 'slow-terraform'];

describe('a kill -9 in the middle of a real apply', () => {
  test('loses no state: what was finished stays, and the part cut short is made anew', async () => {
    const world = createWorld();
    await world.publish('slow-terraform');
    const first = world.start([...CREATE, '--parameter', `ledger=${world.ledger}`]);
    await until(() => world.effects().includes('two'), 'the second part');
    first.child.kill('SIGKILL');
    expect((await first.end).signal).toBe('SIGKILL');

    const next = await world.biotope(['run', 'resume', 'one']);
    expect(next.code, next.stderr).toBe(0);
    // The second part's provisioner was cut short, and that part is made anew; the first never is.
    expect(world.effects()).toEqual(['one', 'two', 'two', 'three']);
    const outputs = await world.document<{ parts: string[] }>(['environment', 'output', 'one']);
    expect(outputs.parts).toHaveLength(3);
    const gone = await world.biotope(['environment', 'destroy', 'one', '--yes']);
    expect(gone.code, gone.stderr).toBe(0);
  });

  test('in a destroy is taken up in the same way', async () => {
    const world = createWorld();
    await world.publish('slow-terraform');
    const made = await world.biotope([
      ...CREATE,
      ...['--parameter', `ledger=${world.ledger}`, '--parameter', 'seconds=0.01'],
    ]);
    expect(made.code, made.stderr).toBe(0);
    const killed = await world.biotope(['environment', 'destroy', 'one', '--yes'], {
      BIOTOPE_FAILPOINT: 'effect.after',
    });
    expect(killed.signal).toBe('SIGKILL');
    const next = await world.biotope(['run', 'resume', 'one']);
    expect(next.code, next.stderr).toBe(0);
    const shown = await world.document<{ environment: { status: string } }>([
      ...['environment', 'show', 'one'],
    ]);
    expect(shown.environment.status).toBe('destroyed');
  });
});

describe('Ctrl-C in the middle of a real apply', () => {
  test('ends Terraform cleanly, exits 130 and is taken up by the next command', async () => {
    const world = createWorld();
    await world.publish('slow-terraform');
    const first = world.start([...CREATE, '--parameter', `ledger=${world.ledger}`]);
    await until(() => world.effects().includes('one'), 'the first part');
    first.child.kill('SIGINT');
    const end = await first.end;
    expect(end.code, end.stderr).toBe(130);
    const next = await world.biotope(['run', 'resume', 'one']);
    expect(next.code, next.stderr).toBe(0);
    // What was under way may be tainted and made again: once, and knowingly.
    expect(new Set(world.effects())).toEqual(new Set(['one', 'two', 'three']));
  });
});
