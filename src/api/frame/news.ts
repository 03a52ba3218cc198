import type { Timer } from '../../platform/clock.ts';
import type { ApiContext } from './context.ts';

/** Wakes those who follow something when there may be more of it. */
export interface News {
  /** Resolves after the next commit of the scope, when the time is up, or once `signal` is aborted. */
  next(scope: string | null, timeoutMs: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Commits that come close together wake once: many may follow, and there may be many commits. */
const TOLD_EVERY_MS = 50;

export function createNews({ store, clock }: Pick<ApiContext, 'store' | 'clock'>): News {
  const waiting = new Map<() => void, string | null>();
  const touched = new Set<string>();
  let timer: Timer | undefined;

  function tell(): void {
    timer = undefined;
    for (const [wake, scope] of waiting) if (scope === null || touched.has(scope)) wake();
    touched.clear();
  }

  function hear(scope: string | null): void {
    if (waiting.size === 0) return;
    if (scope === null) for (const waited of waiting.values()) touched.add(waited ?? '');
    else touched.add(scope);
    timer ??= clock.setTimer(TOLD_EVERY_MS, tell);
  }

  const forget = store.watch(({ scope }) => hear(scope));
  const forgetOthers = store.hear?.((scopes) => {
    for (const scope of scopes ?? [null]) hear(scope);
  });

  return {
    next: (scope, timeoutMs, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          late.cancel();
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const late = clock.setTimer(timeoutMs, wake);
        waiting.set(wake, scope);
        signal.addEventListener('abort', wake, { once: true });
        if (signal.aborted) wake();
      }),
    close: () => {
      forget();
      forgetOthers?.();
      timer?.cancel();
      for (const wake of waiting.keys()) wake();
    },
  };
}
