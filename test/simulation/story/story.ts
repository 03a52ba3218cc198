import { publishDirectly } from '../../support/templates.ts';
import type { Part } from '../model/blueprint.ts';
import type { Marks } from '../model/chronicle.ts';
import { NESTED_TEMPLATE, render } from '../model/render.ts';
import { disturb } from './disturb.ts';
import { endWell } from './ending.ts';
import { createPeople, type People } from './people.ts';
import { createStage, NAMES, type Stage, type StageTerms } from './stage.ts';
import { openTroupe, type Setting, type Troupe } from './troupe.ts';
import { drawWish } from './wishes.ts';

/** What came of a story. */
export interface Told {
  seed: number;
  violations: readonly string[];
  /** Empty unless somebody wanted to read it. */
  lines: string[];
  /** How much happened in it. */
  commits: number;
  commands: number;
  marks: Marks;
}

/** Most are short: much of what goes wrong does so early, and there are to be many of them. */
const SCENES_MIN = 2;
const SCENES_MORE = 3;
const SCENES_MORE_STILL = 10;
const LONG = 8;
const SCENE_MS = 9_000;
const OUTAGE_MS = 60_000;
/** From less than a lease to much longer. */
const STORE_AWAY_MS = 45_000;

/**
 * A story of servers that come and go, of workers that fail and vanish, of people who send commands,
 * all decided by one number.
 */
export async function tellStory(terms: StageTerms): Promise<Told> {
  const stage = createStage(terms);
  const { chance, chronicle, records } = stage;
  const setting: Setting = chance.in100(50) ? 'alone' : 'cluster';
  chronicle.note('story', () => `seed ${terms.seed}, ${setting}`);
  introduce(stage);
  let commits = 0;
  records.add(() => {
    commits += 1;
  });
  try {
    await prepare(stage);
    const troupe = openTroupe(stage, setting);
    const people = createPeople(stage, troupe);
    const more = chance.in100(LONG) ? SCENES_MORE_STILL : SCENES_MORE;
    const scenes = SCENES_MIN + chance.below(more);
    for (let scene = 0; scene < scenes; scene += 1) await play(stage, troupe, people);
    await endWell(stage, troupe, people);
  } catch (error) {
    chronicle.complain(`the story broke off: ${error instanceof Error ? error.stack : error}`);
  }
  await stage.store.close();
  const { violations } = chronicle;
  const commands = records.all('inbox').length;
  const told = { violations, lines: chronicle.lines(), marks: chronicle.marks() };
  return { seed: terms.seed, ...told, commits, commands };
}

/** What a reader has to know of what follows: what goes wrong in it, and what the templates ask for. */
function introduce({ chronicle, weather, model }: Stage): void {
  const trouble = Object.entries(weather).filter(([, often]) => often > 0);
  const told = trouble.map(([kind, often]) => `${kind} ${often.toFixed(1)} %`);
  chronicle.note('weather', () => told.join(', ') || 'fair');
  for (const { version, parts } of model.blueprints) {
    chronicle.note('template', () => `${version}: ${parts.map(describePart).join('; ')}`);
  }
}

function describePart({ id, kind, count, needs, protect, movedFrom }: Part): string {
  return [
    id,
    ...(kind === 'thing' ? [] : [`(${kind})`]),
    ...(count === null ? [] : [`x ${count}`]),
    ...(needs.length === 0 ? [] : [`after ${needs.join(', ')}`]),
    ...(protect === false ? [] : ['protected']),
    ...movedFrom.map((old) => `moved from ${old}`),
  ].join(' ');
}

/** Publishes the templates, and puts things of others where the environments will be. */
async function prepare({ chance, clock, model, store, cloud }: Stage): Promise<void> {
  const isNested = model.blueprints.some(({ parts }) => parts.some(({ prefix }) => prefix !== ''));
  if (isNested) await clock.finish(publishDirectly(store, NESTED_TEMPLATE));
  for (const blueprint of model.blueprints) {
    await clock.finish(publishDirectly(store, render(blueprint)));
  }
  const parts = model.blueprints.flatMap((blueprint) => blueprint.parts);
  for (const { id, kind, count } of parts) {
    if (kind !== 'thing' || count !== null || !chance.in100(8)) continue;
    const key = `${chance.pick(NAMES)}/${id}[0]`;
    if (cloud.get(key) === undefined) cloud.addForeign(key);
  }
}

/** Of 100 scenes, in which somebody changes a thing behind everybody's back. */
const SPOILING = 25;

async function play(stage: Stage, troupe: Troupe, people: People): Promise<void> {
  const { chance, clock, weather, follower, cloud, outages } = stage;
  const wish = () => {
    const wanted = drawWish(stage);
    if (wanted !== undefined) people.ask(wanted);
  };
  wish();
  if (chance.in100(10)) wish();
  if (chance.in100(3)) people.babble();
  await clock.advance(chance.below(SCENE_MS));
  if (chance.in100(60)) await disturb(stage);
  // In the middle of what the first one began.
  if (chance.in100(40)) wish();
  if (chance.in100(SPOILING)) cloud.spoil(chance.pick(cloud.keys()) ?? '');
  if (chance.in100(weather.outages)) outages.goAway(chance.below(OUTAGE_MS));
  if (chance.in100(weather.storeOutages)) outages.loseStore(chance.below(STORE_AWAY_MS));
  if (chance.in100(weather.deaths)) troupe.kill();
  if (chance.in100(weather.stops)) troupe.stop();
  if (chance.in100(weather.leaves)) troupe.leave();
  await clock.advance(chance.below(SCENE_MS));
  if (chance.in100(50)) await follower.follow();
}
