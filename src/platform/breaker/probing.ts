import { messageOf } from '../../model/thrown.ts';
import type { Timer } from '../clock.ts';
import type { BreakerOptions } from './options.ts';
import { withinTime } from './within-time.ts';

/** Asks a system whether it is well: resting -> asking -> resting | waiting -> asking … */
interface Probing {
  isAsking(): boolean;
  /** Until it passes. */
  keepAsking(): void;
  /** Once, soon. */
  askNow(): void;
  rest(): void;
}

interface Dependencies extends BreakerOptions {
  onPassed(): void;
  onFailed(): void;
  /** Asking began or ended. */
  onChange(): void;
}

export function createProbing(dependencies: Dependencies): Probing {
  const { system, title, settings, clock, log, probe, onPassed, onFailed, onChange } = dependencies;
  let timer: Timer | undefined;
  let isAsking = false;
  let isKeptUp = false;

  async function passes(): Promise<boolean> {
    const late = () => new Error(`no answer within ${settings.callTimeoutMs} ms`);
    try {
      await withinTime(probe, { clock, timeoutMs: settings.callTimeoutMs, late });
      return true;
    } catch (error) {
      log.debug({ system, reason: messageOf(error) }, 'a probe failed');
      return false;
    }
  }

  async function ask(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    onChange();
    const isWell = await passes();
    isAsking = false;
    if (isWell) {
      if (isKeptUp) log.info({ system }, `${title} answers again: its circuit breaker is closed`);
      onPassed();
    } else {
      if (!isKeptUp) log.warn({ system }, `${title} does not answer a probe`);
      onFailed();
    }
    onChange();
    if (isKeptUp) askLater();
  }

  function askLater(): void {
    timer?.cancel();
    timer = clock.setTimer(settings.probeEveryMs, () => void ask());
  }

  return {
    isAsking: () => isAsking,
    keepAsking: () => {
      if (isKeptUp) return;
      isKeptUp = true;
      log.warn({ system }, `${title} does not answer: its circuit breaker is open`);
      askLater();
    },
    askNow: () => {
      clock.soon(() => void ask());
    },
    rest: () => {
      isKeptUp = false;
      timer?.cancel();
    },
  };
}
