import type { Bus } from '../../bus/bus.ts';
import { isBiotopeError } from '../../model/errors.ts';
import type { WorkerReport } from '../../model/order.ts';
import type { Logger } from '../../platform/logger.ts';
import type { WorkerDependencies } from '../../worker/tools.ts';

/** Brokers take messages of 16 MiB; what is larger goes to a server itself. */
const BUS_BYTES_MAX = 8 * 1024 * 1024;

/** Reports go over the bus; where it has no broker, or a state is too large for it, to the API. */
export function handOverTo(
  bus: Pick<Bus, 'sendReport'>,
  log: Logger,
): NonNullable<WorkerDependencies['handOver']> {
  return async ({ orderToken = '', ...claim }, report) => {
    const sent: WorkerReport = { claim, report, orderToken };
    if (JSON.stringify(sent).length > BUS_BYTES_MAX) return false;
    try {
      await bus.sendReport(sent);
      return true;
    } catch (error) {
      if (!isBiotopeError(error, 'BUS_UNAVAILABLE')) throw error;
      log.info(
        { run: claim.runId, step: claim.address },
        'no broker takes a report: it goes to a server',
      );
      return false;
    }
  };
}
