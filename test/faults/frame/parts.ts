import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { StepRecord } from '../../../src/model/step.ts';
import type { ProcessRecord } from '../../../src/platform/process/pid-record.ts';
import { family } from './processes.ts';
import type { Place } from './scenario.ts';

/** What scenarios do with the template `parts`: one real Terraform that makes three things in a row. */
const NAMES = ['one', 'two', 'three'];

/** Planted in the state of all parts. */
export const PASSWORD = 'planted-canary-of-the-parts';

export function createParts(
  { ledger }: Place,
  { seconds = 0.4, environment = 'one', padding = '' } = {},
): string[] {
  const given = { ledger, seconds, password: PASSWORD, padding };
  const parameters = Object.entries(given).flatMap(([name, value]) => ['-p', `${name}=${value}`]);
  return ['environment', 'create', environment, '-t', 'parts', ...parameters];
}

export const DESTROY = ['environment', 'destroy', 'one', '--yes'];

const WAIT_MS = 30_000;
const LOOK_EVERY_MS = 10;

export async function until(condition: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + WAIT_MS;
  while (!condition()) {
    assert.ok(performance.now() < endMs, `waited ${WAIT_MS} ms for ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}

/** Resolves once Terraform works on the part: `create two`, `destroy two`. Its effect comes later. */
export function begun({ ledger }: Place, work: string): Promise<void> {
  const file = `${ledger}-begun`;
  const isBegun = () => existsSync(file) && readFileSync(file, 'utf8').split('\n').includes(work);
  return until(isBegun, `the beginning of ${work}`);
}

/**
 * Until it is let go, the part is not made, and not taken away; nor is what comes after it. Meanwhile the
 * Terraform that makes it has to tell again and again what is `said`.
 */
export function hold({ ledger }: Place, { part = 'one', said = '' } = {}): () => void {
  const file = `${ledger}-hold-${part}`;
  writeFileSync(file, said);
  return () => rmSync(file, { force: true });
}

/** Killed while its Terraform makes the second part. Returns what is written down of that, which has ended. */
export async function killedAtWork(place: Place): Promise<ReturnType<typeof recordOf>> {
  const letGo = hold(place, { part: 'two' });
  const create = place.start(createParts(place));
  await begun(place, 'create two');
  const terraform = recordOf(place);
  await place.kill(create);
  await until(() => family(terraform.pid).length === 0, 'the end of Terraform');
  letGo();
  return terraform;
}

/** What is written down of the Terraform that works, or has worked, in the place's data folder. */
export function recordOf(place: Place): ProcessRecord & { file: string } {
  const [file] = filesOf(place, 'terraform.pid');
  assert.ok(file !== undefined, 'no work folder tells of a Terraform');
  return { ...JSON.parse(readFileSync(file, 'utf8')), file };
}

/** The files of this name in the folders of steps. */
function filesOf({ dataFolder }: Place, name: string): string[] {
  const work = join(dataFolder, 'work');
  if (!existsSync(work)) return [];
  const all = readdirSync(work, { recursive: true }).map((found) => join(work, String(found)));
  return all.filter((found) => basename(found) === name);
}

export const steps = (place: Place): Promise<StepRecord[]> =>
  place.read(async (store) => (await store.find('steps')).map(({ value }) => value));

/**
 * Does what a person does whose part was cut short: looks for what is named, takes away what is there,
 * says so, and retries. Nothing to do where the run has gone on by itself.
 */
export async function decide(place: Place): Promise<void> {
  await place.settle('one');
  const asked = (await steps(place)).filter((step) => step.needsResolve);
  for (const { runId, label, failure } of asked) {
    const named = NAMES.filter((name) => failure?.message.includes(`terraform_data.${name}`));
    for (const name of named.filter((one) => standing(place).includes(one))) {
      appendFileSync(place.ledger, `destroy ${name}\n`);
    }
    await place.done(['run', 'resolve', runId, label, '--as', 'not-started']);
  }
  if (asked.length > 0) await place.done(['run', 'retry', 'one']);
}

/** What was made and not taken away, as often as it was made. */
function standing(place: Place): string[] {
  const there: string[] = [];
  for (const line of place.effects()) {
    const [what, name = ''] = line.split(' ');
    if (what === 'create') there.push(name);
    else if (there.includes(name)) there.splice(there.indexOf(name), 1);
  }
  return there;
}

/** Every part stands, once, and can be taken down. */
export async function madeAndGone(place: Place): Promise<void> {
  assert.deepEqual(standing(place).sort(), [...NAMES].sort());
  const { environment } = await place.document<{ environment: { status: string } }>([
    ...['environment', 'show', 'one'],
  ]);
  assert.equal(environment.status, 'ok');
  await place.done(DESTROY);
  demandGone(place);
}

export function demandGone(place: Place): void {
  assert.deepEqual(standing(place), []);
}
