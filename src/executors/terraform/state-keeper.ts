import type { Timer } from '../../platform/clock.ts';
import type { Session } from './session.ts';

/**
 * Saves the state again and again while Terraform changes it:
 *
 *   idle -> waiting (something was finished: a timer runs) -> saving (checkpoint) -> idle
 *   any -> finished (Terraform has ended: what is newest is saved a last time)
 */
export interface StateKeeper {
  /** Terraform has finished something; its state will say so in a moment. */
  hint(): void;
  finish(): Promise<void>;
}

/** Terraform tells of a finished resource just before it writes its state. */
const SETTLE_MS = 100;

export function createStateKeeper({ clock, settings, states }: Session): StateKeeper {
  let timer: Timer | undefined;
  let savedAtMs = 0;
  let saving: Promise<unknown> = Promise.resolve();

  const save = () => {
    timer = undefined;
    savedAtMs = clock.nowMs();
    saving = saving.then(() => states.save());
  };

  return {
    hint: () => {
      const delayMs = Math.max(SETTLE_MS, savedAtMs + settings.checkpointEveryMs - clock.nowMs());
      timer ??= clock.setTimer(delayMs, save);
    },
    finish: async () => {
      timer?.cancel();
      await saving;
      await states.save();
    },
  };
}
