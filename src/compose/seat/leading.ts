import type { Config } from '../../config/schema.ts';
import {
  createLeadership,
  type Leadership,
  soleLeadership,
} from '../../engine/leadership/leadership.ts';
import { systemClock } from '../../platform/clock.ts';
import { systemIds } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Subsystems } from '../../platform/subsystems.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Store } from '../../store/store.ts';
import { isStoreShared } from '../open-store.ts';
import { demandSharedKey } from './demand-shared-key.ts';

interface Shared {
  subsystems: Subsystems;
  store: Store;
  secrets: Secrets;
}

/** Where others may work on the same store, all have one key, and one of them leads. */
export async function startLeadership(
  { config, log, isService = false }: { config: Config; log: Logger; isService?: boolean },
  { subsystems, store, secrets }: Shared,
): Promise<Leadership> {
  if (!isStoreShared(config)) return soleLeadership(store);
  await demandSharedKey({ store, secrets, log });
  const { runLeaseMs: leaseMs } = config.engine;
  const holder = systemIds();
  const terms = { store, clock: systemClock, log, holder, leaseMs, isService };
  const candidate = createLeadership(terms);
  return subsystems.start(
    'leadership',
    async () => {
      await candidate.start();
      return candidate;
    },
    ({ stop }) => stop(),
  );
}
