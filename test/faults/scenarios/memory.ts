import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { begun, createParts, decide, hold, madeAndGone, recordOf, steps } from '../frame/parts.ts';
import type { Place, Scenario } from '../frame/scenario.ts';

const ROOT = '/sys/fs/cgroup';
const LIMITS = [
  { parent: join(ROOT, 'memory'), limit: 'memory.limit_in_bytes' },
  { parent: ROOT, limit: 'memory.max' },
];

/** A group of processes that get no more memory: the kernel ends one of them. Needs root. */
interface Starvation {
  take(pid: number): void;
  remove(): Promise<void>;
}

const BYTES_MAX = 64 * 1024;
const REMOVE_EVERY_MS = 20;
const REMOVE_TRIES_MAX = 100;

function starve(name: string): Starvation | undefined {
  for (const { parent, limit } of LIMITS) {
    const group = join(parent, `biotope-${process.pid}-${name}`);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    if (existsSync(join(group, limit))) {
      writeFileSync(join(group, limit), String(BYTES_MAX));
      return {
        take: (pid) => writeFileSync(join(group, 'cgroup.procs'), String(pid)),
        remove: () => removeGroup(group),
      };
    }
    rmdirSync(group);
  }
  return undefined;
}

/** It cannot go before the kernel is done with its processes. */
async function removeGroup(group: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return rmdirSync(group);
    } catch (error) {
      if (tries === REMOVE_TRIES_MAX) throw error;
      await pause(REMOVE_EVERY_MS);
    }
  }
}

function hindrance(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root, who may make a control group';
  const group = starve('try');
  if (group === undefined) return 'this machine has no control groups for memory';
  void group.remove();
  return undefined;
}

export const outOfMemory: Scenario = {
  name: 'out-of-memory',
  fault: 'The kernel has no memory left for Terraform alone, and for the process itself.',
  rounds: { ci: 2, full: 40 },
  templates: ['parts'],
  hindrance,
  round: (place, round) => (round % 2 === 0 ? childStarves(place, round) : weStarve(place, round)),
};

/**
 * A process that is moved into a group brings none of its memory along, and may come to its end without
 * any more. So Terraform is made to tell so much that it needs some; it dies in the middle of a part, or
 * nobody would have to be asked.
 */
const SAID = `${'x'.repeat(1_000)}\n`.repeat(64);

async function childStarves(place: Place, round: number): Promise<void> {
  const letGo = hold(place, { said: SAID });
  const create = place.start(createParts(place));
  await begun(place, 'create one');
  const group = starving(round);
  group.take(recordOf(place).pid);
  const end = await create.end;
  letGo();
  await group.remove();
  place.happened('a Terraform without memory');
  assert.equal(end.code, 1, end.stderr);
  assert.deepEqual(
    (await steps(place)).map(({ status }) => status),
    ['unknown'],
  );
  await decide(place);
  await madeAndGone(place);
}

/** Of each part's state, which is read and sealed once a part is made: that needs memory. */
const PADDING = 'x'.repeat(100 * 1024);

async function weStarve(place: Place, round: number): Promise<void> {
  const letGo = hold(place);
  const create = place.start(createParts(place, { padding: PADDING }));
  await begun(place, 'create one');
  const group = starving(round);
  group.take(create.child.pid ?? 0);
  letGo();
  const end = await create.end;
  await group.remove();
  place.happened('a process without memory');
  assert.equal(end.signal, 'SIGKILL', end.stderr);
  await place.died();
  await decide(place);
  await madeAndGone(place);
}

function starving(round: number): Starvation {
  const group = starve(String(round));
  assert.ok(group !== undefined);
  return group;
}
