import { isRunFinished } from '../../../src/model/run.ts';
import { SETTINGS } from '../world/server.ts';
import { clearUp, drawWeather } from '../world/weather.ts';
import type { People } from './people.ts';
import { NAMES, type Stage } from './stage.ts';
import type { Troupe } from './troupe.ts';
import { answer, drawWish, resolution, selector, waitingRuns } from './wishes.ts';

const ROUNDS_MAX = 8;
const QUIET_WITHIN_MS = 900_000;
const LOOK_MS = 5_000;
const LED_AGAIN_MS = 2 * SETTINGS.runLeaseMs;

/** Of 100 stories. The others would have to be longer for it, and there are to be many. */
const TAKEN_DOWN = 50;

/** And of those, in which something goes wrong once more at the beginning. */
const STORMY = 50;
const STORM_MS = 12_000;

/**
 * The weather clears up: every run comes to its end by itself and every question is answered. In some
 * stories everything is taken down after that, and nothing is left of it.
 */
export async function endWell(stage: Stage, troupe: Troupe, people: People): Promise<void> {
  const { clock, chronicle, weather, outages } = stage;
  chronicle.note('weather', () => 'clears up');
  clearUp(weather);
  outages.end();
  const cast = { people, troupe };
  await untilQuiet(stage, cast);
  if (stage.chance.in100(TAKEN_DOWN)) await takeAllDown(stage, cast);
  // Who leads may have been the last to die.
  await clock.advance(LED_AGAIN_MS);
  await stage.audience.compare();
  await stage.follower.compare();
  await troupe.close();
}

interface Cast {
  people: People;
  troupe: Troupe;
}

async function takeAllDown(stage: Stage, cast: Cast): Promise<void> {
  if (stage.chance.in100(STORMY)) await takeDownInStorm(stage, cast);
  for (let round = 0; round < ROUNDS_MAX && isSomethingThere(stage); round += 1) {
    await takeDown(stage, cast);
    await untilQuiet(stage, cast);
  }
  judge(stage);
}

async function takeDownInStorm(stage: Stage, cast: Cast): Promise<void> {
  const { chance, clock, chronicle, weather } = stage;
  chronicle.note('weather', () => 'gets worse again');
  Object.assign(weather, drawWeather(chance));
  await takeDown(stage, cast);
  await clock.advance(chance.below(STORM_MS));
  const wish = chance.in100(40) ? drawWish(stage) : undefined;
  if (wish !== undefined) cast.people.ask(wish);
  await clock.advance(chance.below(STORM_MS));
  clearUp(weather);
  await untilQuiet(stage, cast);
}

function isSomethingThere({ records, model }: Stage): boolean {
  const isRecorded = records.all('resources').length > 0;
  return isRecorded || NAMES.some((name) => model.environment(name).exists);
}

async function takeDown(stage: Stage, cast: Cast): Promise<void> {
  const { clock, model, records } = stage;
  const { people } = cast;
  const asked = new Set<string>();
  for (let open = resolution(stage); open !== undefined; open = resolution(stage)) {
    const text = JSON.stringify(open);
    if (asked.has(text)) break;
    asked.add(text);
    await clock.finish(people.send(open));
  }
  for (const name of NAMES) {
    const environment = model.environment(name);
    if (!environment.exists) continue;
    const recorded = records.all('resources').filter((one) => one.environment === name);
    if (environment.protect || recorded.some(({ protect }) => protect)) {
      await clock.finish(people.send(unprotect(stage, name)));
      await untilQuiet(stage, cast);
    }
    await clock.finish(people.send({ type: 'environment.destroy', data: { name } }));
  }
}

/** Takes every protection off, and gives up what could not be adopted; others take their things away. */
function unprotect({ model, records, cloud }: Stage, name: string) {
  for (const key of cloud.keys()) {
    if (key.startsWith(`${name}/`) && cloud.get(key)?.isForeign) cloud.remove(key);
  }
  const calm = model.blueprints.at(-1);
  const pending = records
    .all('resources')
    .filter(({ environment, adopting }) => environment === name && adopting !== null);
  const adopt = Object.fromEntries(pending.map(({ address }) => [address, null]));
  return {
    type: 'environment.update' as const,
    data: {
      name,
      template: calm === undefined ? '' : selector(calm),
      protect: false,
      parameters: { guard: false },
      ...(pending.length === 0 ? {} : { adopt }),
    },
  };
}

/** Whoever died is replaced first: what he committed last is told by nobody else. */
async function untilQuiet(stage: Stage, { people, troupe }: Cast): Promise<void> {
  const { clock, records, chronicle, processes } = stage;
  const isAwake = () =>
    troupe.server() !== undefined &&
    [...processes.values()].every((one) => one.isDead || one.isRunning);
  const isQuiet = () =>
    isAwake() && people.waiting === 0 && records.all('runs').every(isRunFinished);
  for (let waitedMs = 0; waitedMs < QUIET_WITHIN_MS && !isQuiet(); waitedMs += LOOK_MS) {
    if (people.waiting === 0) for (const run of waitingRuns(stage)) people.ask(answer(stage, run));
    await clock.advance(LOOK_MS);
  }
  if (people.waiting > 0) chronicle.complain(`${people.waiting} commands are never answered`);
  for (const run of records.all('runs')) {
    if (!isRunFinished(run))
      chronicle.complain(`run ${run.id} (${run.kind}) is ${run.status} for ever`);
  }
}

function judge({ records, chronicle, cloud }: Stage): void {
  for (const { name, status } of records.all('environments')) {
    if (status !== 'destroyed') chronicle.complain(`${name} is ${status} for ever`);
  }
  for (const { environment, address } of records.all('resources')) {
    chronicle.complain(`${environment}/${address} is recorded for ever`);
  }
  for (const { environment, address } of records.all('states')) {
    chronicle.complain(`the state of ${environment}/${address} is kept for ever`);
  }
  for (const key of cloud.keys()) {
    if (!cloud.get(key)?.isForeign) chronicle.complain(`${key} is left behind for ever`);
  }
}
