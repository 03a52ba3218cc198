import { type StepContext, type StopReason, stopReason } from '../../../src/executors/executor.ts';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig, untilStopped } from './rig.ts';

export interface Running {
  rig: Rig;
  clock: VirtualClock;
  /** Resolves once the executor is at work. */
  started: Promise<void>;
  /** Why it was stopped, each time it was. */
  reasons: (StopReason | undefined)[];
}

/** A rig whose steps run until they are stopped. */
export async function openRunning(
  end: (context: StepContext, clock: VirtualClock) => Promise<never> = untilStopped,
  needsFiles = false,
): Promise<Running> {
  const clock = createVirtualClock();
  const reasons: Running['reasons'] = [];
  const started = Promise.withResolvers<void>();
  const rig = await openRig({
    clock,
    executor: {
      needsFiles,
      apply: async (context) => {
        context.signal.addEventListener('abort', () => reasons.push(stopReason(context.signal)));
        started.resolve();
        return end(context, clock);
      },
    },
  });
  return { rig, clock, started: started.promise, reasons };
}
