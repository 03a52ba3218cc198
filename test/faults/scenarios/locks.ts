import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import { findDriver, tryDriverLock } from '../../../src/compose/seat/driver-lock.ts';
import { startDriver } from '../../support/other-driver.ts';
import { begun, createParts, decide, killedAtWork, madeAndGone, until } from '../frame/parts.ts';
import type { Place, Scenario } from '../frame/scenario.ts';

const TERRAFORM = 'terraform';
const HELD_MS = 1_500;

/** Somebody's own Terraform at work on the very state that a killed process has left. */
export const stateLock: Scenario = {
  name: 'state-lock',
  fault: "Terraform's lock on a state: left by a dead holder, and held by a live one.",
  rounds: { ci: 1, full: 40 },
  templates: ['parts'],
  async round(place) {
    const terraform = await killedAtWork(place);
    const state = join(dirname(terraform.file), 'terraform.tfstate');
    const holder = await lockState(place, state);
    const before = place.effects();
    const resume = place.start(['run', 'resume', 'one']);
    await pause(HELD_MS);
    const news = place.effects().slice(before.length);
    const begunMeanwhile = news.filter((line) => /^(?:create|destroy) /.test(line));
    const isRunning = resume.child.exitCode === null;
    place.count('wrong-unlock', 1, isRunning ? begunMeanwhile : ['it did not wait']);
    // The kernel lets go of the lock; what the holder wrote beside the state stays.
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const end = await resume.end;
    assert.equal(end.code, 0, end.stderr);
    await decide(place);
    await madeAndGone(place);
  },
};

/** A real Terraform that holds the lock of the state while it waits for a yes. */
async function lockState(place: Place, state: string): Promise<ChildProcess> {
  const cwd = join(place.folder, 'somebody');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'main.tf'), 'output "a" {\n  value = 1\n}\n');
  const env = { PATH: process.env.PATH, HOME: place.folder, CHECKPOINT_DISABLE: '1' };
  const init = spawn(TERRAFORM, ['init'], { cwd, env, stdio: 'ignore' });
  assert.equal((await once(init, 'exit'))[0], 0);
  const args = ['apply', `-state=${state}`, '-no-color'];
  const holder = spawn(TERRAFORM, args, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  holder.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await until(() => said.includes('Enter a value'), 'a Terraform that asks');
  assert.ok(existsSync(join(dirname(state), '.terraform.tfstate.lock.info')));
  return holder;
}

const TRIES = 3;

/** Whether it works or is stopped, a holder that lives keeps its lock, and a dead one keeps nothing. */
export const driverLock: Scenario = {
  name: 'driver-lock',
  fault: 'The lock of a data folder: its holder lives, is stopped, and is killed.',
  rounds: { ci: 2, full: 200 },
  templates: ['parts'],
  async round(place, round) {
    const paths = dataPaths(place.dataFolder);
    const holder = await startDriver(place.dataFolder);
    if (round % 2 === 1) holder.kill('SIGSTOP');
    const tries = Array.from({ length: TRIES }, () => tryDriverLock(paths, DESCRIPTION));
    const taken = tries.filter((lock) => lock !== undefined);
    place.count(
      'wrong-unlock',
      TRIES,
      taken.map(() => 'the lock of a data folder'),
    );
    assert.notEqual(findDriver(paths), undefined);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const lock = tryDriverLock(paths, DESCRIPTION);
    assert.ok(lock !== undefined, 'a dead holder keeps the lock');
    lock.release();
  },
};

const DESCRIPTION = { pid: process.pid, command: 'run resume one', startedAt: 'now' };

const LEASES = { BIOTOPE_ENGINE_CLAIM_LEASE_MS: '1000' };
const STOPPED_MS = 2_500;

/** Stopped for longer than its leases, while another command comes for the same data folder. */
export const driverStopped: Scenario = {
  name: 'driver-stopped',
  fault: 'The process that drives is stopped for longer than its leases while another one comes.',
  rounds: { ci: 2, full: 40 },
  templates: ['parts'],
  async round(place, round) {
    const create = place.start(createParts(place), LEASES);
    await begun(place, 'create one');
    create.child.kill('SIGSTOP');
    place.happened('a process that is stopped for longer than its leases');
    const other = place.start(['run', 'resume', 'one'], LEASES);
    await pause(STOPPED_MS);
    const isDriving = other.printed().includes('drives it now');
    place.count('wrong-unlock', 1, isDriving ? ['the lock of a data folder'] : []);
    if (round % 2 === 0) {
      create.child.kill('SIGCONT');
      await create.end;
    } else {
      await place.kill(create);
    }
    await other.end;
    await decide(place);
    await madeAndGone(place);
  },
};
