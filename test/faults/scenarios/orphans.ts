import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ProcessRecord } from '../../../src/platform/process/pid-record.ts';
import type { CliProcess } from '../../support/cli.ts';
import {
  begun,
  createParts,
  decide,
  hold,
  killedAtWork,
  madeAndGone,
  recordOf,
  until,
} from '../frame/parts.ts';
import { family } from '../frame/processes.ts';
import type { Place, Scenario } from '../frame/scenario.ts';

const MOMENT_MS = 300;

/** Its Terraform lives on, with nobody left to ask it to end. */
export const liveOrphan: Scenario = {
  name: 'live-orphan',
  fault:
    'kill -9 of the process and of the guardian of its Terraform, which works on as an orphan.',
  rounds: { ci: 2, full: 60 },
  templates: ['parts'],
  async round(place, round) {
    const letGo = hold(place, { part: 'two' });
    const create = place.start(createParts(place));
    await begun(place, 'create two');
    const orphan = recordOf(place);
    await pause(place.chance.below(MOMENT_MS));
    await killWithGuardian(place, create, orphan);
    if (round % 2 === 1) process.kill(orphan.pid, 'SIGSTOP');
    letGo();
    await (round % 2 === 0 ? waits(place, orphan) : staysAway(place, orphan));
    await decide(place);
    await madeAndGone(place);
  },
};

async function killWithGuardian(place: Place, create: CliProcess, orphan: ProcessRecord) {
  for (const { pid, commandLine } of family(create.child.pid ?? 0)) {
    if (commandLine.includes('trap')) process.kill(pid, 'SIGKILL');
  }
  create.child.kill('SIGKILL');
  assert.equal((await create.end).signal, 'SIGKILL');
  place.happened('kill -9 that leaves a live orphan');
  await place.died();
  assert.ok(await isAlive(orphan), 'its Terraform has ended with it');
}

/** It ends in its own time; nothing of it is done again. */
async function waits(place: Place, orphan: ProcessRecord): Promise<void> {
  await place.done(['run', 'resume', 'one']);
  assert.ok(!(await isAlive(orphan)), 'the run has ended before its orphan');
  assert.deepEqual(place.effects(), ['create one', 'create two', 'create three']);
}

/** One that was stopped is waited for, nothing is done beside it, and whoever waits can be interrupted. */
async function staysAway(place: Place, orphan: ProcessRecord): Promise<void> {
  const before = place.effects();
  const resume = place.start(['run', 'resume', 'one']);
  await until(() => resume.printed().includes(`process ${orphan.pid}`), 'a word on the orphan');
  resume.child.kill('SIGTERM');
  const end = await resume.end;
  assert.equal(end.code, 130, end.stderr);
  assert.ok(await isAlive(orphan), 'it was ended by somebody who only looked');
  process.kill(orphan.pid, 'SIGKILL');
  assert.deepEqual(place.effects().slice(0, before.length), before);
}

/** A record of a process whose number is another's now: nobody is waited for, nobody is harmed. */
export const strangerForOrphan: Scenario = {
  name: 'stranger-for-an-orphan',
  fault: 'The pid of a dead Terraform belongs to a stranger when the next process comes.',
  rounds: { ci: 1, full: 30 },
  templates: ['parts'],
  async round(place) {
    const terraform = await killedAtWork(place);
    const stranger = spawn('sleep', ['60'], { cwd: '/', detached: true, stdio: 'ignore' });
    try {
      writeFileSync(terraform.file, JSON.stringify({ ...terraform, pid: stranger.pid }));
      await decide(place);
      const found = stranger.exitCode ?? stranger.signalCode;
      place.count('wrong-unlock', 1, found === null ? [] : [`a stranger was ended: ${found}`]);
    } finally {
      stranger.kill('SIGKILL');
    }
    await madeAndGone(place);
  },
};
