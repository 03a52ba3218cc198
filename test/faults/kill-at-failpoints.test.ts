import { describe, expect, test } from 'vitest';
import { FAILPOINTS } from '../../src/platform/failpoint.ts';
import { blindRepetitions, createWorld } from './world.ts';

interface RunList {
  runs: { id: string; status: string }[];
}

const CREATE = ['environment', 'create', 'one', '--template', 'ledger'];

describe('a process killed at a failpoint', () => {
  test.for(FAILPOINTS)('%s: the next one ends the run, no effect blindly twice', async (name) => {
    const world = createWorld();
    await world.publish('ledger');
    const parameters = ['--parameter', `ledger=${world.ledger}`];
    const killed = await world.biotope([...CREATE, ...parameters], { BIOTOPE_FAILPOINT: name });
    expect(killed.signal, killed.stderr).toBe('SIGKILL');

    const { runs } = await world.document<RunList>(['run', 'list']);
    const accepted = runs.at(0);
    if (accepted?.status !== 'succeeded') {
      const goOn = accepted === undefined ? [...CREATE, ...parameters] : ['run', 'resume', 'one'];
      const next = await world.biotope(goOn);
      expect(next.code, next.stderr).toBe(0);
    }
    const after = await world.document<RunList>(['run', 'list']);
    expect(after.runs.map((run) => run.status)).toEqual(['succeeded']);
    expect(blindRepetitions(world.effects())).toEqual([]);
    const made = new Set(world.effects().filter((effect) => effect.startsWith('create')));
    expect([...made].sort()).toEqual([
      'create first0',
      'create fourth0',
      'create second0',
      'create third0',
    ]);
    const destroyed = await world.biotope(['environment', 'destroy', 'one', '--yes']);
    expect(destroyed.code, destroyed.stderr).toBe(0);
    expect(world.effects().filter((effect) => effect.startsWith('destroy'))).toHaveLength(4);
  });
});
