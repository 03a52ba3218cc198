import { messageOf } from '../model/thrown.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

/**
 * The parts of a long-running process, begun in order and ended in reverse. States of each:
 *
 *   starting -> running -> stopping -> stopped
 *   starting -> failed
 */
export type SubsystemState = 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

export interface SubsystemStatus {
  name: string;
  state: SubsystemState;
  sinceMs: number;
}

export interface Subsystems {
  /** Begins a part. What it rejects with is passed on; the parts before it are left to `stop`. */
  start<T>(name: string, begin: () => T | Promise<T>, end: (part: T) => unknown): Promise<T>;
  /** In the order in which they were begun; the same list for as long as nothing changes. */
  statuses(): readonly SubsystemStatus[];
  /**
   * Ends them, the last one first, each after the one before it has ended. One that cannot be ended
   * keeps none of the others from it; the first error is thrown in the end.
   */
  stop(): Promise<void>;
}

interface Running {
  status: SubsystemStatus;
  end(): Promise<void>;
}

export function createSubsystems({ clock, log }: { clock: Clock; log: Logger }): Subsystems {
  const statuses: SubsystemStatus[] = [];
  let told: readonly SubsystemStatus[] | undefined;
  const running: Running[] = [];

  function move(status: SubsystemStatus, state: SubsystemState): void {
    told = undefined;
    const nowMs = clock.nowMs();
    const { name: subsystem, sinceMs } = status;
    const took = state === 'stopping' ? {} : { tookMs: nowMs - sinceMs };
    Object.assign(status, { state, sinceMs: nowMs });
    log.info({ subsystem, ...took }, state);
  }

  async function endOne({ status, end }: Running): Promise<unknown> {
    move(status, 'stopping');
    try {
      await end();
      move(status, 'stopped');
      return undefined;
    } catch (err) {
      move(status, 'failed');
      log.error({ err, subsystem: status.name }, 'could not be ended');
      return err;
    }
  }

  return {
    async start(name, begin, end) {
      const status: SubsystemStatus = { name, state: 'starting', sinceMs: clock.nowMs() };
      statuses.push(status);
      told = undefined;
      try {
        const part = await begin();
        running.push({ status, end: async () => void (await end(part)) });
        move(status, 'running');
        return part;
      } catch (error) {
        move(status, 'failed');
        // Whoever began it tells people why.
        log.info({ subsystem: name, reason: messageOf(error) }, 'could not be started');
        throw error;
      }
    },
    statuses: () => {
      told ??= statuses.map((status) => ({ ...status }));
      return told;
    },
    async stop() {
      let first: unknown;
      for (let next = running.pop(); next !== undefined; next = running.pop()) {
        const failure = await endOne(next);
        first ??= failure;
      }
      if (first !== undefined) throw first;
    },
  };
}
