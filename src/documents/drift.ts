import { type Drift, hasDrifted } from '../model/drift.ts';
import type { EnvironmentRecord } from '../model/environment.ts';
import type { ResourceRecord } from '../model/resource.ts';
import { isoTime } from './time.ts';

/** What the last look at a resource found; null where nobody looked since it was built. */
export function driftDocument(drift: Drift | null | undefined) {
  if (drift === null || drift === undefined) return null;
  const { runId, lookedAtMs, finding, counts, deviations } = drift;
  return {
    drifted: hasDrifted(drift),
    finding,
    counts,
    deviations,
    run: runId,
    lookedAt: isoTime(lookedAtMs),
  };
}

/** What is known of the drift of an environment. */
export function environmentDriftDocument({
  environment,
  resources,
}: {
  environment: EnvironmentRecord;
  resources: readonly ResourceRecord[];
}) {
  return {
    environment: environment.name,
    drifted: resources.filter(({ drift }) => hasDrifted(drift)).length,
    resources: resources.map(({ address, label, executor, status, drift }) => ({
      address,
      label,
      executor,
      status,
      drift: driftDocument(drift),
    })),
  };
}
