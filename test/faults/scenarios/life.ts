import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isRunFinished } from '../../../src/model/run.ts';
import type { CliEnd } from '../../support/cli.ts';
import type { Place } from '../frame/scenario.ts';

/** Starts a command, and ends its process on the way; it may come to its end before. */
export type Death = (place: Place, args: readonly string[]) => Promise<CliEnd>;

/** One thing that is asked of environments: processes die on the way, as often as there are deaths. */
export type Chapter = (place: Place, deaths: readonly Death[]) => Promise<void>;

/** The template of all chapters: a secret, keys, a Terraform module and two programs. */
export const KINDS = 'kinds';

const built = ({ ledger }: Place) => ['-t', KINDS, '-p', `ledger=${ledger}`, '-p', 'place=shared'];
const create: Chapter = async (place, deaths) => {
  await through(place, 'one', { args: ['environment', 'create', 'one', ...built(place)], deaths });
  assert.equal(thing(place, 'one-mail'), true, 'the first program has made its thing');
  assert.deepEqual(await outputs(place, 'one'), { note: 'first', version: 1 });
};

const update: Chapter = async (place, deaths) => {
  const args = ['environment', 'update', 'one', '-p', 'note=second'];
  await through(place, 'one', { args, deaths });
  assert.deepEqual(await outputs(place, 'one'), { note: 'second', version: 1 });
};

/** Once, however often it was interrupted. */
const rotate: Chapter = async (place, deaths) => {
  const args = ['environment', 'rotate', 'one', 'password'];
  await through(place, 'one', { args, deaths });
  assert.deepEqual(await outputs(place, 'one'), { note: 'second', version: 2 });
  await nothingToDo(place, 'one');
};

/** What somebody changed, and what somebody took away, is as it was built. */
const heal: Chapter = async (place, deaths) => {
  writeFileSync(`${place.ledger}.one-mail`, 'of somebody else\n');
  rmSync(`${place.ledger}.one-web`);
  const args = ['environment', 'reconcile', 'one', '--heal'];
  await through(place, 'one', { args, deaths });
  assert.equal(thing(place, 'one-web'), true, 'what was gone is there again');
  assert.equal(readFileSync(`${place.ledger}.one-mail`, 'utf8'), 'second\n');
  assert.deepEqual(await outputs(place, 'one'), { note: 'second', version: 2 });
  await nothingToDo(place, 'one');
};

const retry: Chapter = async (place, deaths) => {
  writeFileSync(`${place.ledger}.refuses`, '');
  const failed = await place.biotope(['environment', 'update', 'one', '-p', 'note=third']);
  assert.equal(failed.code, 1, failed.stderr);
  rmSync(`${place.ledger}.refuses`);
  await through(place, 'one', { args: ['run', 'retry', 'one'], deaths });
  assert.deepEqual(await outputs(place, 'one'), { note: 'third', version: 2 });
};

/** What is there is taken over, and not made: a secret, keys, and something of a program. */
const adopt: Chapter = async (place, deaths) => {
  writeFileSync(`${place.ledger}.two-mail`, 'first\n');
  const of = ['--resource', 'password=from=one', '--resource', 'settings=from=one'];
  const args = ['environment', 'adopt', 'two', ...built(place), ...of, '--resource', 'mail'];
  await through(place, 'two', { args, deaths });
  assert.equal(place.effects().includes('create two-mail'), false, 'it was there already');
  // The same secret; the marker of its new owner made a version.
  assert.deepEqual(await outputs(place, 'two'), { note: 'first', version: 3 });
};

const destroy: Chapter = async (place, deaths) => {
  await through(place, 'one', { args: ['environment', 'destroy', 'one', '--yes'], deaths });
  assert.equal(thing(place, 'one-mail') || thing(place, 'one-web'), false, 'all of it is gone');
  await nothingToDo(place, 'two');
};

/** A whole life, in its order. */
export const CHAPTERS: readonly Chapter[] = [create, update, rotate, heal, retry, adopt, destroy];

/** What no chapter needs: built or taken down, whichever is next. */
export const another: Chapter = async (place, deaths) => {
  const isThere = thing(place, 'more-mail');
  const more = ['-t', KINDS, '-p', `ledger=${place.ledger}`, '-p', 'place=more'];
  const args = isThere ? ['destroy', 'more', '--yes'] : ['create', 'more', ...more];
  await through(place, 'more', { args: ['environment', ...args], deaths });
  assert.equal(thing(place, 'more-mail'), !isThere);
};

/** To the end of a command, which is given again only where it was not accepted. */
async function through(
  place: Place,
  environment: string,
  { args, deaths }: { args: readonly string[]; deaths: readonly Death[] },
): Promise<void> {
  const before = (await runsOf(place, environment)).length;
  let isAccepted = false;
  for (const death of deaths) {
    const end = await death(place, isAccepted ? ['run', 'resume', environment] : args);
    const runs = await runsOf(place, environment);
    isAccepted = runs.length > before;
    if (end.signal === null || (isAccepted && runs.every(isRunFinished))) break;
  }
  if (!isAccepted) await place.done(args);
  await place.settle(environment);
  const runs = await runsOf(place, environment);
  assert.equal(runs.length, before + 1, 'one command is one run');
  assert.equal(runs.at(-1)?.status, 'succeeded', JSON.stringify(runs.at(-1)?.failure));
}

const runsOf = (place: Place, environment: string) =>
  place.read(async (store) => {
    const found = await store.find('runs', { where: { environment } });
    return found.map(({ value }) => value).sort((left, right) => left.order - right.order);
  });

async function nothingToDo(place: Place, environment: string): Promise<void> {
  const { stdout } = await place.done(['environment', 'plan', environment]);
  assert.match(stdout, /nothing to do/);
}

const outputs = (place: Place, environment: string) =>
  place.document(['environment', 'output', environment]);

const thing = ({ ledger }: Place, name: string) => existsSync(`${ledger}.${name}`);
