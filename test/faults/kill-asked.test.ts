import { describe, expect, test } from 'vitest';
import { createWorld, type World } from './world.ts';

const FAILPOINTS = ['claim.after-commit', 'effect.after', 'report.before-commit'] as const;

const PLACE = ['--parameter', 'place=shared'];
const CREATE = ['environment', 'create', 'old', '--template', 'asked', ...PLACE];

async function worldWithOne(): Promise<World> {
  const world = createWorld();
  await world.publish('asked');
  expect((await world.biotope(CREATE)).code).toBe(0);
  return world;
}

/** Ends with the process killed in the middle, and the next one going on. */
async function killAndGoOn(world: World, args: string[], failpoint: string): Promise<void> {
  const killed = await world.biotope(args, { BIOTOPE_FAILPOINT: failpoint });
  expect(killed.signal, killed.stderr).toBe('SIGKILL');
  const next = await world.biotope(['run', 'resume', args[2] ?? '']);
  expect(next.code, next.stderr).toBe(0);
}

const versionOf = async (world: World, environment: string) =>
  (await world.biotope(['environment', 'output', environment, 'version'])).stdout.trim();

const planOf = async (world: World, environment: string) =>
  (await world.biotope(['environment', 'plan', environment])).stdout;

describe('a process killed in the middle of what was asked of single resources', () => {
  test.for(FAILPOINTS)('%s: a rotation happens once', async (failpoint) => {
    const world = await worldWithOne();
    await killAndGoOn(world, ['environment', 'rotate', 'old', 'password'], failpoint);
    expect(await versionOf(world, 'old')).toBe('2');
    expect(await planOf(world, 'old')).toContain('nothing to do');
  });

  test.for(FAILPOINTS)('%s: an adoption takes over what was there', async (failpoint) => {
    const world = await worldWithOne();
    const named = ['password', 'reader'].flatMap((name) => ['--resource', `${name}=from=old`]);
    const adopt = ['environment', 'adopt', 'new', '--template', 'asked', ...PLACE, ...named];
    await killAndGoOn(world, adopt, failpoint);
    // The same values; the marker beside them made a version.
    expect(await versionOf(world, 'new')).toBe('2');
    const left = await world.biotope(['environment', 'destroy', 'old', '--yes']);
    expect(left.code, left.stderr).toBe(0);
    expect(await planOf(world, 'new')).toContain('nothing to do');
    const rotated = await world.biotope(['environment', 'rotate', 'new', 'password']);
    expect(rotated.code, rotated.stderr).toBe(0);
    expect(await versionOf(world, 'new')).toBe('3');
  });
});
