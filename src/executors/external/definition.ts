import type { ExecutorDefinition } from '../executor.ts';

/** Longer than any status endpoint may be waited for: each has a time of its own. */
const DEFAULT_TIMEOUT_MS = 25 * 3_600_000;

/** What others own. The catalog writes its spec; a template says `external: NAME`. */
export const externalDefinition: ExecutorDefinition = {
  kind: 'external',
  description: 'Asks whether what others own lives; touches nothing',
  canInspect: () => true,
  check: async () => ({ problems: [], contentPaths: [], outputs: null }),
  secretOutputs: () => [],
  allowsSecret: () => false,
  startsPrograms: false,
  defaultTimeoutMs: DEFAULT_TIMEOUT_MS,
};
