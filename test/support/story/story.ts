import type { Command } from '../../../src/bus/messages/commands.ts';
import { DEFAULT_ENGINE_SETTINGS } from '../../../src/engine/context.ts';
import { isRunFinished, type RunRecord } from '../../../src/model/run.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { openRoom, type Room } from '../room.ts';
import { resource, template } from '../templates.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import { type Chance, createChance } from './chance.ts';
import { type Watcher, watch } from './watcher.ts';
import { createStoryWorker, type StoryWorker, type Truth } from './worker.ts';

/**
 * A story of engines that come and go over one store, of workers that fail and vanish, of people who
 * send commands, all decided by one number. In the end everybody behaves, and everything has to come
 * to its end.
 */
export async function tellStory(seed: number, scenes: number): Promise<string[]> {
  const chance = createChance(seed);
  const clock = createVirtualClock({ random: chance.next });
  const store = createSqliteStore({ path: ':memory:', clock });
  const watcher = watch(store);
  const truth: Truth = new Map();
  // Workers outlive engines: they come to whichever is there.
  const desk = () => {
    if (stage.room === undefined) throw new Error('nobody is there');
    return stage.room.engine.desk;
  };
  const worker = createStoryWorker({ clock, chance, truth, watcher, desk });
  const stage: Stage = { chance, clock, store, watcher, truth, worker, opened: 0, room: undefined };
  stage.room = await enter(stage);
  await stage.room.publish(...TEMPLATES);
  for (let scene = 0; scene < scenes; scene += 1) {
    await play(stage);
    await clock.advance(chance.below(12_000));
  }
  worker.calm();
  await endAll(stage);
  await stage.room.close();
  await store.close();
  return watcher.violations;
}

const TEMPLATES = [
  template('1.0.0', [
    resource('a', { with: { size: 1 } }),
    resource('b', { needs: ['a'] }),
    resource('c', { needs: ['a'], count: 2 }),
    resource('d', { needs: ['b', 'c'] }),
  ]),
  template('2.0.0', [
    // The same as before, but for what it needs: where this update ends early, edges go in a circle.
    resource('b'),
    resource('a', { needs: ['b'], with: { size: 2 } }),
    resource('c', { count: 1 }),
    resource('e', { needs: ['a', 'c'] }),
  ]),
];

const NAMES = ['one', 'two'];
const VERSIONS: [[string, string[]], [string, string[]]] = [
  ['1.0.0', ['a', 'b', 'c[0]', 'c[1]', 'd']],
  ['2.0.0', ['a', 'b', 'c', 'e']],
];

const SETTINGS = {
  ...DEFAULT_ENGINE_SETTINGS,
  tickMs: 2_000,
  inspectionsMax: 2,
  poolConcurrency: new Map([['default', 3]]),
};

interface Stage {
  chance: Chance;
  clock: VirtualClock;
  store: Store;
  watcher: Watcher;
  truth: Truth;
  worker: StoryWorker;
  opened: number;
  room: Room | undefined;
}

function enter(stage: Stage): Promise<Room> {
  const { clock, chance, store, worker } = stage;
  stage.opened += 1;
  return openRoom({
    clock,
    context: {
      store,
      holder: `engine-${stage.opened}`,
      random: chance.next,
      settings: SETTINGS,
    },
    onOrder: (order) => worker.handle(order),
  });
}

async function play(stage: Stage): Promise<void> {
  const { chance } = stage;
  if (chance.in100(8)) return change(stage, (room) => room.abandon());
  if (chance.in100(5)) return change(stage, (room) => room.close());
  const command = chance.in100(40) ? await aboutRun(stage) : aboutEnvironment(chance);
  if (command !== undefined) await submit(stage, command);
}

/** Another engine takes over from one that died or left. */
async function change(stage: Stage, leave: (room: Room) => Promise<void>): Promise<void> {
  if (stage.room !== undefined) await leave(stage.room);
  stage.room = await enter(stage);
}

async function submit({ clock, room, watcher }: Stage, command: Command): Promise<void> {
  if (room === undefined) return;
  const id = room.context.ids();
  const answer = await clock.finish(room.engine.submit(command, { source: 'story', id }));
  if (answer.outcome === 'rejected' && answer.code === 'INTERNAL') watcher.complain(answer.message);
}

function aboutEnvironment(chance: Chance): Command {
  const name = chance.pick(NAMES) ?? 'one';
  const [version, labels] = chance.pick(VERSIONS) ?? VERSIONS[0];
  const named = labels.filter(() => chance.in100(20));
  const adopt = Object.fromEntries(named.map((label) => [label, {}]));
  const rotate = labels.filter(() => chance.in100(10));
  const wanted = { name, template: `sample@${version}`, adopt };
  if (chance.in100(35)) return { type: 'environment.create', data: wanted };
  if (chance.in100(8)) {
    const plannedDestructionAt = chance.in100(50) ? null : '2031-01-01T00:00Z';
    return { type: 'environment.extend', data: { name, plannedDestructionAt } };
  }
  if (chance.in100(60))
    return {
      type: 'environment.update',
      data: { name, rotate, ...(chance.in100(50) ? wanted : {}) },
    };
  return { type: 'environment.destroy', data: { name } };
}

async function aboutRun(stage: Stage): Promise<Command | undefined> {
  const { chance, store } = stage;
  const resolve = await resolution(stage);
  if (resolve !== undefined && chance.in100(50)) return resolve;
  const runs = await store.find('runs', { where: { environment: NAMES } });
  const run = chance.pick(runs.slice(-4))?.value;
  if (run === undefined || (!isRunFinished(run) && chance.in100(60))) return undefined;
  return { type: isRunFinished(run) ? 'run.retry' : 'run.cancel', data: { run: run.id } };
}

/** What somebody finds who goes and looks. */
async function resolution({ store, truth }: Stage): Promise<Command | undefined> {
  const unknown = await store.find('steps', { where: { status: 'unknown' } });
  const step = unknown.find(({ value }) => value.needsResolve)?.value;
  if (step === undefined) return undefined;
  const key = `${step.environment}/${step.address}`;
  const record = (await store.get('resources', key))?.value;
  const found = truth.get(key);
  const isTaken = step.action === 'adopt' && found !== undefined;
  const isDone =
    step.action === 'remove'
      ? found === undefined
      : isTaken || found === JSON.stringify(record?.spec);
  const as = isDone ? 'done' : 'not-started';
  return { type: 'run.resolve', data: { run: step.runId, step: step.address, as } };
}

/** Every run ends by itself; then every environment can be destroyed, and nothing is left of it. */
async function endAll(stage: Stage): Promise<void> {
  const { store, watcher, truth } = stage;
  await untilQuiet(stage);
  for (let round = 0; round < 10; round += 1) {
    for (let open = await resolution(stage); open !== undefined; open = await resolution(stage)) {
      const before = (await store.events({ scope: '@inbox', limit: 10_000 })).length;
      await submit(stage, open);
      if ((await store.events({ scope: '@inbox', limit: 10_000 })).length > before) break;
    }
    for (const name of NAMES) await submit(stage, { type: 'environment.destroy', data: { name } });
    await untilQuiet(stage);
  }
  for (const { value } of await store.find('environments')) {
    if (value.status !== 'destroyed') watcher.complain(`${value.name} is ${value.status} for ever`);
  }
  if (truth.size > 0) watcher.complain(`left behind: ${[...truth.keys()].join(', ')}`);
  for (const { key } of await find(store)) watcher.complain(`still recorded: ${key}`);
  const unpublished = await store.unpublishedEvents(10);
  if (unpublished.length > 0) watcher.complain('events were not published');
}

async function find(store: Store): Promise<{ key: string }[]> {
  const records = await store.find('resources');
  return records.map(({ value }) => ({ key: `${value.environment}/${value.address}` }));
}

const QUIET_WITHIN_MS = 1_800_000;

async function untilQuiet({ clock, store, watcher, room }: Stage): Promise<void> {
  for (let waitedMs = 0; waitedMs < QUIET_WITHIN_MS; waitedMs += 10_000) {
    const open = await unfinished(store);
    if (open.length === 0) return;
    await clock.advance(10_000);
  }
  for (const run of await unfinished(store)) {
    const waits = room?.engine
      .validationWaits(run.id)
      .map(({ target }) => target)
      .join('; ');
    watcher.complain(`run ${run.id} (${run.kind}) is ${run.status} for ever: ${waits}`);
  }
}

async function unfinished(store: Store): Promise<RunRecord[]> {
  const runs = await store.find('runs', {
    where: { status: ['queued', 'planning', 'awaiting-approval', 'running'] },
  });
  return runs.map(({ value }) => value);
}
