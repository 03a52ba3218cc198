import type { Config } from '../../config/schema.ts';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { Limits } from '../../model/limits.ts';
import type { Clock } from '../../platform/clock.ts';

/** All packages of one template may take as much as so many that are each as large and slow as may be. */
const WHOLE_PACKAGES = 4;

/** What fetching the packages of one template may take, all of them together. */
export interface PackageBudget {
  /** Of the caller, and aborted with SOURCE_TIMEOUT once the time is over. */
  signal: AbortSignal;
  /**
   * Fetches one within what the others have left. The work says as well how many bytes it keeps.
   * Rejects with LIMIT_EXCEEDED where that is too much.
   */
  take<T>(work: (limits: Limits) => Promise<[taken: T, bytes: number]>): Promise<T>;
  end(): void;
}

export function openBudget(config: Config, signal: AbortSignal, clock: Clock): PackageBudget {
  const { repositoryBytesMax } = config.limits;
  const timeMaxMs = config.catalog.gitTimeoutMs * WHOLE_PACKAGES;
  const late = new AbortController();
  const timer = clock.setTimer(timeMaxMs, () => late.abort(tooSlow(timeMaxMs)));
  let leftBytes = repositoryBytesMax * WHOLE_PACKAGES;
  return {
    signal: AbortSignal.any([signal, late.signal]),
    take: async (work) => {
      const bytesMax = Math.min(repositoryBytesMax, leftBytes);
      try {
        if (bytesMax <= 0) throw tooMuch(repositoryBytesMax);
        const [taken, bytes] = await work({ ...config.limits, repositoryBytesMax: bytesMax });
        leftBytes -= bytes;
        return taken;
      } catch (error) {
        const isByOthers = bytesMax < repositoryBytesMax && isBiotopeError(error, 'LIMIT_EXCEEDED');
        throw isByOthers ? tooMuch(repositoryBytesMax) : error;
      }
    },
    end: () => timer.cancel(),
  };
}

function tooSlow(timeMaxMs: number): BiotopeError {
  return new BiotopeError('SOURCE_TIMEOUT', {
    message:
      `Fetching the modules took longer than ${timeMaxMs / 1_000} s in all and was stopped. Try again, ` +
      `or raise catalog.gitTimeoutMs: all of them may take ${WHOLE_PACKAGES} times as long as one.`,
  });
}

function tooMuch(repositoryBytesMax: number): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message:
      `The packages of modules are more than ${repositoryBytesMax * WHOLE_PACKAGES} bytes in all, ` +
      `${WHOLE_PACKAGES} times what one may have (limits.repositoryBytesMax). Take fewer modules from ` +
      'elsewhere, or raise the limit.',
    facts: { limit: 'repositoryBytesMax' },
  });
}
