import type { ApiPlans } from '../../api/frame/context.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { PlanGround } from '../plans/ground.ts';
import { planEnvironment } from '../plans/plan-environment.ts';
import { planTemplate } from '../plans/plan-template.ts';

/** Executors start programs to look: this many people may wait for them. */
const WAITING_MAX = 20;

/** Plans for whoever asks; of those for which executors are asked one is made at a time. */
export function createPlans(ground: Omit<PlanGround, 'storeWithShipped'>): ApiPlans {
  const lane = createLane();
  return {
    plan: ({ store, ...terms }) => {
      const work = () => planEnvironment({ ...ground, storeWithShipped: store }, terms);
      return terms.withDifferences ? lane(terms.signal, work) : work();
    },
    impact: ({ store, ...terms }) => {
      const work = () => planTemplate({ ...ground, storeWithShipped: store }, terms);
      return terms.withDifferences ? lane(terms.signal, work) : work();
    },
  };
}

function createLane() {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    if (waiting >= WAITING_MAX) {
      throw new BiotopeError('SERVER_FULL', {
        message: `${WAITING_MAX} plans for which executors are asked wait already.`,
      });
    }
    waiting += 1;
    const turn = last.then(async () => {
      try {
        // Whoever asked may have left meanwhile.
        signal.throwIfAborted();
        return await work();
      } finally {
        waiting -= 1;
      }
    });
    last = turn.catch(() => {});
    return turn;
  };
}
