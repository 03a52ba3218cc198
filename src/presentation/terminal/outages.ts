import { isBiotopeError } from '../../model/errors.ts';
import type { Logger } from '../../platform/logger.ts';

/** While it lasts, an outage is told again after this time. */
const TELL_AGAIN_AFTER_MS = 60_000;

/**
 * A log for people: while the data cannot be written, as on a full disk, everything under way fails
 * to record something and tries again. That is told as one plain sentence, not as a line from each;
 * the lines themselves are of the level `debug` then.
 */
export function tellOutagesOnce(
  log: Logger,
  { tell, nowMs }: { tell(line: string): void; nowMs(): number },
): Logger {
  const toldAtMs = new Map<string, number>();

  const unlessOutage =
    (level: 'warn' | 'error'): Logger['warn'] =>
    (facts, message) => {
      const error = 'err' in facts ? facts.err : undefined;
      // The command itself ends with it.
      if (isBiotopeError(error, 'STORE_LOST')) return log.debug(facts, message);
      if (!isBiotopeError(error, 'STORE_UNAVAILABLE')) return log[level](facts, message);
      log.debug(facts, message);
      const at = toldAtMs.get(error.message);
      if (at !== undefined && nowMs() - at < TELL_AGAIN_AFTER_MS) return;
      toldAtMs.set(error.message, nowMs());
      tell(`waiting until the data can be written: ${error.message}`);
    };

  return {
    debug: (facts, message) => log.debug(facts, message),
    info: (facts, message) => log.info(facts, message),
    warn: unlessOutage('warn'),
    error: unlessOutage('error'),
  };
}
