import { KEY_VALUE } from '../../systems/systems.ts';
import type { ExecutorDefinition } from '../executor.ts';
import { checkAdoption } from './adopt.ts';
import { readSpec } from './spec.ts';

/** A secret may stand in the values of `secretEntries`, at any depth. */
export const consulKvDefinition: ExecutorDefinition = {
  kind: 'consul-kv',
  description: 'Keeps entries below a prefix of the key-value store',
  canInspect: () => true,
  ignorable: 'keys, below the prefix',
  check: async (spec) => ({
    problems: readSpec(spec).problems,
    contentPaths: [],
    outputs: [
      { name: 'prefix', secret: false },
      { name: 'keys', secret: false },
    ],
  }),
  checkAdoption,
  secretAdvice: 'Put it under secretEntries.',
  allowsSecret: (_spec, [place, key]) => place === 'secretEntries' && key !== undefined,
  needs: () => [KEY_VALUE],
  startsPrograms: false,
  defaultTimeoutMs: 2 * 60_000,
};
