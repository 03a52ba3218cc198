import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EnvironmentStatus } from '../../../src/model/environment.ts';
import { isRunFinished, type RunRecord } from '../../../src/model/run.ts';
import type { CliProcess } from '../../support/cli.ts';
import type { Place, Scenario } from '../frame/scenario.ts';
import { KINDS } from './life.ts';

const NAMES = ['red', 'green', 'blue'] as const;
const LINES_MAX = 4;
const WAIT_MS_MAX = 400;
const EVENTS_MAX = 1_000;
const LOOK_EVERY_MS = 20;
const GIVEN_UP_MS = 60_000;

/** The same of each environment, and how they stand afterwards. */
interface Asked {
  command(environment: string): string[];
  status: EnvironmentStatus;
}

/** Those that are left take the seat by themselves: nobody has to say anything again. */
export const besideOthers: Scenario = {
  name: 'beside-others',
  fault:
    'kill -9 of the process that drives, twice, while two others have handed their commands over ' +
    'to it, wait for their runs, and go on themselves.',
  rounds: { ci: 1, full: 20 },
  templates: [KINDS],
  async round(place) {
    const given = (name: string) => [
      '-t',
      KINDS,
      '-p',
      `ledger=${place.ledger}`,
      '-p',
      `place=${name}`,
    ];
    const create = (name: string) => ['environment', 'create', name, ...given(name)];
    await together(place, { command: create, status: 'ok' });
    const destroy = (name: string) => ['environment', 'destroy', name, '--yes'];
    await together(place, { command: destroy, status: 'destroyed' });
  },
};

async function together(place: Place, asked: Asked): Promise<void> {
  const { command, status } = asked;
  const processes = new Map(NAMES.map((name) => [name, place.start(command(name))]));
  const killed: string[] = [];
  while (killed.length < NAMES.length - 1) {
    const enough = place.effects().length + place.chance.below(LINES_MAX + 1);
    const isOver = () => [...processes.values()].every(({ child }) => child.exitCode !== null);
    while (!isOver() && place.effects().length < enough) await pause(LOOK_EVERY_MS);
    await pause(place.chance.next() * WAIT_MS_MAX);
    const driving = [...processes].find(([, { child }]) => isDriving(place, child.pid));
    if (isOver()) break;
    if (driving === undefined) continue;
    processes.delete(driving[0]);
    await killDriver(place, driving[1], [...processes.keys()]);
    killed.push(driving[0]);
  }
  for (const [name, { end }] of processes) {
    const { code, stdout, stderr } = await end;
    assert.equal(code, 0, `${command(name).join(' ')}: ${stdout}${stderr}`);
  }
  for (const name of killed) await endOf(place, name, asked);
  for (const name of NAMES) assert.equal(await statusOf(place, name), status);
}

function isDriving({ dataFolder }: Place, pid: number | undefined): boolean {
  const file = join(dataFolder, 'driver.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).pid === pid;
}

/** Times how long nobody does anything, where one of the others still waits for its run. */
async function killDriver(
  place: Place,
  process: CliProcess,
  others: readonly string[],
): Promise<void> {
  const killedAtMs = Date.now();
  await place.kill(process);
  const isWaitedFor = (run: RunRecord) => others.includes(run.environment) && !isRunFinished(run);
  const { isWaiting, afterSequence } = await place.read(async (store) => ({
    isWaiting: (await store.find('runs')).some(({ value }) => isWaitedFor(value)),
    afterSequence: (await store.events({ limit: EVENTS_MAX })).at(-1)?.sequence ?? 0,
  }));
  if (!isWaiting) return;
  const next = () => place.read((store) => store.events({ afterSequence, limit: 1 }));
  for (let [first] = await next(); ; [first] = await next()) {
    if (first !== undefined) return place.time('resume', first.event.atMs - killedAtMs);
    assert.ok(Date.now() - killedAtMs < GIVEN_UP_MS, 'somebody goes on');
    await pause(LOOK_EVERY_MS);
  }
}

/** Of a killed process: its command was accepted, or has left no trace and is given again. */
async function endOf(place: Place, name: string, { command, status }: Asked): Promise<void> {
  const handedOver = await place.read((store) => store.find('handovers'));
  assert.deepEqual(handedOver, [], 'whoever drove last has taken all that was handed over');
  await place.settle(name);
  if ((await statusOf(place, name)) !== status) await place.done(command(name));
}

const statusOf = (place: Place, name: string) =>
  place.read(async (store) => (await store.get('environments', name))?.value.status);
