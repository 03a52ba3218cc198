import type { EnvironmentRecord } from '../model/environment.ts';
import { expiryOf } from '../model/expiry.ts';
import type { Store } from '../store/store.ts';

/** What is to end before this time, what should have ended included; the next first. */
export async function expiringEnvironments(
  store: Store,
  { beforeMs }: { beforeMs: number | null },
): Promise<EnvironmentRecord[]> {
  const all = (await store.find('environments')).map(({ value }) => value);
  return all
    .filter((environment) => isExpiring(environment, beforeMs))
    .sort((left, right) => endOf(left) - endOf(right));
}

export function isExpiring(environment: EnvironmentRecord, beforeMs: number | null): boolean {
  const expiry = expiryOf(environment);
  return expiry !== null && (beforeMs === null || expiry.plannedAtMs <= beforeMs);
}

function endOf({ plannedDestructionAtMs }: EnvironmentRecord): number {
  return plannedDestructionAtMs ?? Number.POSITIVE_INFINITY;
}
