import assert from 'node:assert/strict';
import { readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CliEnd } from '../../support/cli.ts';
import { diskHindrance, putDisk } from '../frame/disks.ts';
import {
  begun,
  createParts,
  decide,
  hold,
  madeAndGone,
  PASSWORD,
  recordOf,
  steps,
  until,
} from '../frame/parts.ts';
import type { Place, Scenario } from '../frame/scenario.ts';

const FULL_MS = 2_000;
const FULL = 'no space is left';
/** Shorter than the disk is full: the claim is lost meanwhile. */
const SHORT_LEASES = { BIOTOPE_ENGINE_CLAIM_LEASE_MS: '1200' };

export const fullDisk: Scenario = {
  name: 'full-disk',
  fault: 'The disk of the data folder is full in the middle of a run, and has room again.',
  rounds: { ci: 2, full: 40 },
  templates: ['parts'],
  hindrance: diskHindrance,
  async round(place, round) {
    const disk = putDisk(place.dataFolder);
    try {
      const letGo = hold(place);
      const create = place.start(createParts(place), round % 2 === 0 ? {} : SHORT_LEASES);
      await begun(place, 'create one');
      disk.fill();
      place.happened('a full disk in the middle of a run');
      const other = place.start(['environment', 'extend', 'one', '--for', '1d']);
      await until(() => create.printed().includes(FULL), 'a word on the full disk');
      await pause(FULL_MS);
      disk.makeRoom();
      letGo();
      toldPlainly(await create.end);
      refusedOrDone(await other.end);
      await decide(place);
      await madeAndGone(place);
    } finally {
      disk.remove();
    }
  },
};

/** What cannot be recorded is refused, with the reason; what could be handed over is answered later. */
function refusedOrDone({ code, stderr }: CliEnd): void {
  if (code !== 0) assert.match(stderr, /no space is left/);
}

/** One sentence for people, not a line from everything that could not be recorded. */
function toldPlainly({ stderr }: CliEnd): void {
  const lines = stderr.split('\n');
  const told = lines.filter((line) => line.includes(FULL));
  assert.equal(told.length, 1, stderr);
  assert.match(told[0] ?? '', /^waiting until the data can be written: /);
}

/** Of each part's state, so that a state that grows needs room. */
const PADDING = 'x'.repeat(16 * 1024);

export const lostState: Scenario = {
  name: 'state-not-written',
  fault: 'Terraform finds no room for its state at the end, or only for errored.tfstate.',
  rounds: { ci: 2, full: 40 },
  templates: ['parts'],
  hindrance: diskHindrance,
  async round(place, round) {
    const disk = putDisk(join(place.dataFolder, 'work'));
    try {
      const letGo = hold(place);
      const create = place.start(createParts(place, { padding: PADDING }));
      await begun(place, 'create one');
      const { file } = recordOf(place);
      if (round % 2 === 1) {
        // A part of the work folder that is not on the full disk.
        symlinkSync(join(place.folder, 'errored'), join(dirname(file), 'errored.tfstate'));
      }
      disk.fill();
      place.happened('a state that could not be written');
      letGo();
      const end = await create.end;
      assert.equal(end.code, 1, end.stderr);
      disk.makeRoom();
      await tellsNothing(place, end);
      await decide(place);
      if ((await steps(place)).every((step) => step.status !== 'succeeded')) {
        await place.done(['run', 'retry', 'one']);
      }
      await madeAndGone(place);
    } finally {
      disk.remove();
    }
  },
};

/** A state in plain text is in nothing that anybody sees or that is kept. */
async function tellsNothing(place: Place, { stdout, stderr }: CliEnd): Promise<void> {
  const logs = await place.biotope(['run', 'logs', 'one']);
  const shown = await place.biotope(['run', 'show', 'one', '--json']);
  const store = readFileSync(join(place.dataFolder, 'store.db'), 'latin1');
  const told = [stdout, stderr, logs.stdout, logs.stderr, shown.stdout, shown.stderr, store];
  assert.ok(!told.some((text) => text.includes(PASSWORD)), 'a state was told in plain text');
}
