import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { CliProcess } from '../../support/cli.ts';
import type { Place, Scenario } from '../frame/scenario.ts';
import { KINDS } from './life.ts';

const ENVIRONMENTS = 8;
const DEATHS_A_ROUND = 4;
const LINES_MAX = 6;
const WAIT_MS_MAX = 400;
const LOOK_EVERY_MS = 20;
const GIVEN_UP_MS = 120_000;

/** The server of now; commands go to whichever it is. */
interface Served {
  process: CliProcess;
  url: string;
}

/** Each sender repeats its command under its key until it is answered: the server may die in between. */
export const serverDies: Scenario = {
  name: 'server-dies',
  fault:
    'kill -9 of the server, again and again, while environments are created and destroyed by REST, ' +
    'and a new start of it each time.',
  rounds: { ci: 1, full: 20 },
  templates: [KINDS],
  async round(place) {
    const names = Array.from({ length: ENVIRONMENTS }, (_, at) => `env-${at}`);
    const served = await startServer(place);
    await bringTo(place, served, { names, type: 'environment.create', status: 'ok' });
    await bringTo(place, served, { names, type: 'environment.destroy', status: 'destroyed' });
    served.process.child.kill('SIGTERM');
    const { code, stderr } = await served.process.end;
    assert.equal(code, 0, stderr);
  },
};

interface Aim {
  names: readonly string[];
  type: 'environment.create' | 'environment.destroy';
  status: string;
}

async function bringTo(place: Place, served: Served, aim: Aim): Promise<void> {
  const sending = Promise.all(aim.names.map((name) => send(place, served, { ...aim, name })));
  for (let deaths = 0; deaths < DEATHS_A_ROUND / 2; deaths += 1) await dieSomewhere(place, served);
  const runs = await sending;
  assert.equal(new Set(runs).size, aim.names.length, 'each command began a run of its own');
  const isThere = async (name: string) => {
    const answer = await ask(served, `/api/v1/environments/${name}`);
    return answer?.status === aim.status;
  };
  const untilMs = Date.now() + GIVEN_UP_MS;
  for (const name of aim.names) {
    while (!(await isThere(name))) {
      assert.ok(Date.now() < untilMs, `${name} becomes ${aim.status}`);
      await pause(LOOK_EVERY_MS);
    }
  }
}

/** After some more effects, and then some time: mostly in the middle of one. */
async function dieSomewhere(place: Place, served: Served): Promise<void> {
  const enough = place.effects().length + place.chance.below(LINES_MAX + 1);
  const untilMs = Date.now() + WAIT_MS_MAX * LINES_MAX;
  while (place.effects().length < enough && Date.now() < untilMs) await pause(LOOK_EVERY_MS);
  await pause(place.chance.next() * WAIT_MS_MAX);
  await place.kill(served.process);
  Object.assign(served, await startServer(place));
}

async function startServer(place: Place): Promise<Served> {
  const process = place.start([
    'server',
    '--primary',
    '--listen',
    '127.0.0.1:0',
    '--metrics-listen',
    '127.0.0.1:0',
  ]);
  const untilMs = Date.now() + GIVEN_UP_MS;
  for (;;) {
    const url = /answers at (http:\S+)/.exec(process.printed())?.[1];
    if (url !== undefined) return { process, url };
    assert.equal(process.child.exitCode, null, `the server begins: ${process.printed()}`);
    assert.ok(Date.now() < untilMs, 'the server begins');
    await pause(LOOK_EVERY_MS);
  }
}

/** The id of the run, however often it has to be asked for. */
async function send(
  place: Place,
  served: Served,
  { type, name }: Aim & { name: string },
): Promise<string> {
  const parameters = { ledger: place.ledger, place: name };
  const more = type === 'environment.create' ? { template: KINDS, parameters } : {};
  const headers = { 'content-type': 'application/json', 'idempotency-key': `${type} ${name}` };
  const body = JSON.stringify({ type, data: { name, ...more } });
  const untilMs = Date.now() + GIVEN_UP_MS;
  for (;;) {
    const answer = await ask(served, '/api/v1/commands', { method: 'POST', headers, body });
    if (answer?.run !== undefined) return answer.run.id;
    assert.ok(answer === undefined || answer.retryable, JSON.stringify(answer));
    assert.ok(Date.now() < untilMs, `${type} ${name} is answered`);
    await pause(LOOK_EVERY_MS);
  }
}

/** Undefined where nobody answered. */
async function ask({ url }: Served, path: string, request: RequestInit = {}) {
  try {
    return await (await fetch(`${url}${path}`, request)).json();
  } catch {
    return undefined;
  }
}
