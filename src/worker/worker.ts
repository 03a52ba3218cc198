import { join } from 'node:path';
import type { Subscription } from '../bus/bus.ts';
import type { Order, Progress } from '../model/order.ts';
import { systemIds, systemRandom } from '../platform/ids.ts';
import { createBundleShelf } from './bundles.ts';
import type { ClaimKeeper } from './claim-keeper.ts';
import { claimOrder, performStep, type StepInHand } from './order.ts';
import type { Tools, WorkerDependencies } from './tools.ts';
import { sweepWorkFolders } from './work-folders.ts';

/**
 * A worker takes orders of its pool, runs executors and reports. States:
 *
 *   idle -> taking (start) -> stopping (stop: takes no more) -> stopped (nothing in hand)
 */
export interface Worker {
  /** Resolves once it takes orders. */
  start(): Promise<void>;
  /**
   * Takes no more. What runs may go on for `graceMs` (0: not at all) and is then asked to end
   * cleanly. Resolves once everything in hand is reported or lost.
   */
  stop(terms: { graceMs: number }): Promise<void>;
  /** The steps it is doing now. */
  inHand(): { order: Order; label: string }[];
  /** What steps say of themselves while they run; never stored. Returns how to hear no more. */
  onProgress(listener: (progress: Progress) => void): () => void;
}

export function createWorker(dependencies: WorkerDependencies): Worker {
  const listeners = new Set<(progress: Progress) => void>();
  const steps = new Set<StepInHand>();
  const handling = new Set<Promise<void>>();
  const leaving = new AbortController();
  const tell = (progress: Progress) => {
    for (const listener of listeners) listener(progress);
  };
  const tools = toolsOf(dependencies, { tell, leaving: leaving.signal });
  let subscription: Subscription | undefined;
  let ignoreHints = () => {};
  let isStopped = false;

  const hold = (step: StepInHand) => {
    steps.add(step);
    if (isStopped) step.stop('cancelled');
    return () => {
      steps.delete(step);
    };
  };

  function handle(order: Order, claimed: () => void): Promise<void> {
    const handled = perform(order, claimed).finally(() => handling.delete(handled));
    handling.add(handled);
    return handled;
  }

  async function perform(order: Order, claimed: () => void): Promise<void> {
    const askedAtMs = tools.clock.monotonicMs();
    const grant = await claimOrder(tools, order);
    if (grant === undefined) return;
    claimed();
    await performStep(tools, { grant, ageMs: tools.clock.monotonicMs() - askedAtMs }, hold);
  }

  return {
    start: async () => {
      const nowMs = tools.clock.nowMs();
      await sweepWorkFolders(tools.dataFolder, {
        nowMs,
        mayGoOn: tools.mayGoOn,
        tidy: tidyAll(tools),
      });
      const { bus, pool, concurrency } = tools;
      ignoreHints = bus.takeHints((hint) => {
        if (hint.kind !== 'cancel') return;
        for (const step of steps) if (step.order.runId === hint.runId) step.ask();
      });
      subscription = await bus.takeOrders(pool, concurrency, handle);
    },
    stop: async ({ graceMs }) => {
      const settled = subscription?.stop();
      leaving.abort(new Error('no more orders are taken'));
      const abortAll = () => {
        isStopped = true;
        for (const step of steps) step.stop('cancelled');
      };
      const timer = graceMs > 0 ? tools.clock.setTimer(graceMs, abortAll) : undefined;
      if (timer === undefined) abortAll();
      await settled;
      // For some buses an order is settled as soon as it is claimed.
      await Promise.allSettled(handling);
      timer?.cancel();
      for (const keeper of tools.lingering) keeper.release();
      ignoreHints();
    },
    inHand: () => [...steps].map(({ order, label }) => ({ order, label })),
    onProgress: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** Nobody knows here whose folder it is: each executor takes out its own files. */
function tidyAll({ executors, log }: Tools): (folder: string) => Promise<void> {
  return async (folder) => {
    for (const executor of executors.values()) {
      try {
        await executor.tidy?.(folder);
      } catch (error) {
        log.warn({ folder, err: error }, 'A work folder could not be tidied; it may hold secrets.');
      }
    }
  };
}

const CLAIM_ATTEMPTS_MAX = 5;

function toolsOf(
  dependencies: WorkerDependencies,
  { tell, leaving }: Pick<Tools, 'tell' | 'leaving'>,
): Tools {
  const { dataFolder, limits, ids = systemIds, random = systemRandom } = dependencies;
  const { mayGoOn = async () => true, handOver = async () => false } = dependencies;
  const { stepLevel = 'debug', claimAttemptsMax = CLAIM_ATTEMPTS_MAX } = dependencies;
  const bundles = createBundleShelf({ folder: join(dataFolder, 'bundles'), limits, ids });
  const lingering = new Set<ClaimKeeper>();
  const more = { claimAttemptsMax, bundles, tell, leaving, lingering };
  return { ...dependencies, ids, random, mayGoOn, handOver, stepLevel, ...more };
}
