import { expect, onTestFinished, test } from 'vitest';
import { createDuties, type Duty } from '../../../../src/engine/duties/duties.ts';
import { createEngineContext } from '../../../support/engine-context.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const EVERY_MS = 1_000;
const TICK_MS = 100;

function watched({ isService = true } = {}) {
  const clock = createVirtualClock();
  const opened = createEngineContext(clock, {});
  onTestFinished(opened.close);
  const settings = { ...opened.context.settings, isService };
  const duties = (list: Duty[]) => {
    const made = createDuties({ ...opened.context, settings }, list);
    const tick = () => {
      made.tick();
      clock.setTimer(TICK_MS, tick);
    };
    return { ...made, start: tick };
  };
  return { clock, duties };
}

test('a duty is done at the start and then in its rhythm, until the engine stops', async () => {
  const { clock, duties } = watched();
  let done = 0;
  const kept = duties([{ name: 'count', everyMs: EVERY_MS, perform: async () => (done += 1) }]);
  kept.start();
  await clock.advance(2.5 * EVERY_MS);
  expect(done).toBe(3);
  await kept.stop();
  await clock.advance(5 * EVERY_MS);
  expect(done).toBe(3);
});

test('a duty that takes long is not begun a second time meanwhile', async () => {
  const { clock, duties } = watched();
  let underWay = 0;
  let most = 0;
  const slow: Duty = {
    name: 'slow',
    everyMs: EVERY_MS,
    perform: async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise<void>((resolve) => clock.setTimer(5 * EVERY_MS, resolve));
      underWay -= 1;
    },
  };
  duties([slow]).start();
  await clock.advance(20 * EVERY_MS);
  expect(most).toBe(1);
});

test('a duty that failed is tried again, and keeps no other one from its turn', async () => {
  const { clock, duties } = watched();
  const done = { failing: 0, other: 0 };
  const failing: Duty = {
    name: 'failing',
    everyMs: EVERY_MS,
    perform: async () => {
      done.failing += 1;
      throw new Error('not now');
    },
  };
  const other: Duty = {
    name: 'other',
    everyMs: EVERY_MS,
    perform: async () => (done.other += 1),
  };
  duties([failing, other]).start();
  await clock.advance(1.5 * EVERY_MS);
  expect(done).toEqual({ failing: 2, other: 2 });
});

test('the engine of one command leaves what a service does undone', async () => {
  const { clock, duties } = watched({ isService: false });
  const done: string[] = [];
  const duty = (name: string, isForAll?: boolean): Duty => ({
    name,
    everyMs: EVERY_MS,
    ...(isForAll === undefined ? {} : { isForAll }),
    perform: async () => done.push(name),
  });
  duties([duty('schedules'), duty('tidying', true)]).start();
  await clock.settle();
  expect(done).toEqual(['tidying']);
});

test('stopping asks what is under way to end, and waits for that', async () => {
  const { clock, duties } = watched();
  let isEnded = false;
  const patient: Duty = {
    name: 'patient',
    everyMs: EVERY_MS,
    perform: (signal) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          isEnded = true;
          resolve();
        });
      }),
  };
  const kept = duties([patient]);
  kept.start();
  await clock.settle();
  await kept.stop();
  expect(isEnded).toBe(true);
});
