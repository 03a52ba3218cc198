import type { ClaimReference, Desk } from '../../../src/desk/desk.ts';
import type { Grant, Order, Remains, Report } from '../../../src/model/order.ts';
import { stepKey } from '../../../src/model/step.ts';
import { type Clock, sleep } from '../../../src/platform/clock.ts';
import { failure } from '../records.ts';
import { claimOf } from '../worker-side.ts';
import type { Chance } from './chance.ts';
import type { Watcher } from './watcher.ts';

/** What there really is, by `<environment>/<address>`: the spec it was last made from, or half of it. */
export type Truth = Map<string, string>;

export interface StoryWorker {
  /** From now on everything goes well. */
  calm(): void;
  handle(order: Order): void;
  /** Effects of which nobody has heard how they ended. */
  readonly dark: ReadonlySet<string>;
}

type Fate = 'well' | 'retry' | 'fail' | 'unclear' | 'vanish' | 'late' | 'stopped';

/** Of 100 steps. The rest go well. */
const FATES: [Fate, number][] = [
  ['retry', 8],
  ['fail', 4],
  ['unclear', 6],
  ['vanish', 5],
  ['late', 4],
  ['stopped', 4],
];

const NOTHING: Remains = { record: null, parts: [], sealedState: null };
const SOMETHING: Remains = { ...NOTHING, record: { made: true } };

interface Work {
  order: Order;
  grant: Grant;
  claim: ClaimReference;
  key: string;
}

export function createStoryWorker(facts: {
  clock: Clock;
  chance: Chance;
  truth: Truth;
  watcher: Watcher;
  /** Of the engine that is there now. */
  desk(): Desk;
}): StoryWorker {
  const { clock, chance, truth, watcher, desk } = facts;
  const dark = new Set<string>();
  let isCalm = false;
  watcher.onSettled = (key) => dark.delete(key);

  function fateOf(): Fate {
    let roll = chance.below(100);
    if (isCalm) return 'well';
    for (const [fate, percent] of FATES) {
      if (roll < percent) return fate;
      roll -= percent;
    }
    return 'well';
  }

  async function take(order: Order): Promise<void> {
    await sleep(clock, chance.below(isCalm ? 100 : 3_000));
    if (!isCalm && chance.in100(8)) return;
    const grant = await desk().claim(order, 'worker');
    if (grant === undefined) return;
    const key = `${order.environment}/${order.address}`;
    const work = { order, grant, claim: claimOf(order, grant), key };
    if (order.operation === 'inspect') return inspect(work);
    if (dark.has(key)) watcher.complain(`${order.operation} of ${key} without a look first`);
    dark.add(key);
    await perform(work, fateOf());
  }

  async function perform(work: Work, fate: Fate): Promise<void> {
    const takesEffect = fate === 'well' || chance.in100(50);
    if (takesEffect) makeTrue(work, fate === 'well' || chance.in100(50));
    if (fate === 'vanish') return;
    if (fate === 'late') await sleep(clock, 40_000);
    else if (!(await lasts(work))) return;
    await report(work, reportOf(work, fate));
  }

  function makeTrue({ order, grant, key }: Work, whole: boolean): void {
    if (order.operation === 'destroy' && whole) truth.delete(key);
    else truth.set(key, whole ? JSON.stringify(grant.spec) : 'half');
  }

  /** Beats while it works. False where it was told to stop. */
  async function lasts({ claim }: Work): Promise<boolean> {
    for (let leftMs = chance.below(isCalm ? 500 : 20_000); leftMs > 0; leftMs -= 5_000) {
      await sleep(clock, Math.min(leftMs, 5_000));
      if ((await desk().heartbeat(claim)) === 'stop') return false;
    }
    return true;
  }

  const remainsOf = (key: string) => (truth.has(key) ? SOMETHING : NOTHING);

  /** Of an adoption: what says that it left nothing has taken nothing. */
  function reportOf({ order, key }: Work, fate: Fate): Report {
    const remains = remainsOf(key);
    switch (fate) {
      case 'unclear':
        return { kind: 'unknown', failure: failure('killed'), remains: null };
      case 'stopped':
        return { kind: 'cancelled', remains };
      case 'retry':
      case 'fail': {
        const retryable = fate === 'retry';
        return { kind: 'failed', failure: failure('no'), retryable, remains };
      }
      default:
        return order.operation === 'destroy'
          ? { kind: 'destroyed' }
          : { kind: 'applied', outputs: {}, ...remains };
    }
  }

  async function inspect(work: Work): Promise<void> {
    const { grant, key } = work;
    if (!isCalm && chance.in100(10)) return;
    if (!(await lasts(work))) return;
    const found = truth.get(key);
    const isSame = found === JSON.stringify(grant.spec);
    const finding = found === undefined ? 'absent' : isSame ? 'present' : 'partial';
    const fails = !isCalm && chance.in100(15);
    await report(
      work,
      fails
        ? { kind: 'failed', failure: failure('no route'), retryable: true, remains: null }
        : { kind: 'inspected', finding, differences: [], outputs: {}, ...remainsOf(key) },
    );
  }

  async function report({ claim }: Work, what: Report): Promise<void> {
    const answer = await desk().report(claim, what);
    const last = watcher.tokens.get(stepKey(claim.runId, claim.address));
    if (answer === 'recorded' && last !== claim.claimToken) {
      watcher.complain(`a report on ${claim.address} was taken from whom it was not expected`);
    }
  }

  return {
    dark,
    calm: () => {
      isCalm = true;
    },
    handle: (order) => {
      take(order).catch((error: unknown) => watcher.complain(`worker: ${String(error)}`));
    },
  };
}
