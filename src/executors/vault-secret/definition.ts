import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { SECRETS } from '../../systems/systems.ts';
import type { ExecutorDefinition, SpecProblem } from '../executor.ts';
import { checkAdoption } from './adopt.ts';
import { fieldsOf, isReserved, readSpec } from './spec.ts';

/** A secret may stand in each of `values`. Every field becomes a secret output. */
export const vaultSecretDefinition: ExecutorDefinition = {
  kind: 'vault-secret',
  description: 'Keeps a secret whose fields are generated or given',
  canInspect: () => true,
  ignorable: 'fields',
  check: async (given) => {
    const { spec, problems } = readSpec(given);
    const fields = spec === null ? [] : fieldsOf(spec);
    const outputs = [
      ...fields.map((name) => ({ name, secret: true })),
      { name: 'path', secret: false },
      { name: 'version', secret: false },
    ];
    return {
      problems: [...problems, ...reserved(given)],
      contentPaths: [],
      outputs: spec === null ? null : outputs,
    };
  },
  checkAdoption,
  canRotate: ({ generate }) => isJsonObject(generate) && Object.keys(generate).length > 0,
  secretAdvice: 'Put it under values.',
  allowsSecret: (_spec, path) => path[0] === 'values' && path.length === 2,
  needs: () => [SECRETS],
  startsPrograms: false,
  defaultTimeoutMs: 2 * 60_000,
};

function reserved({ path }: JsonObject): SpecProblem[] {
  if (typeof path !== 'string' || !isReserved(path)) return [];
  const message = 'It must not begin with environments or biotope: Biotope keeps its own there.';
  return [{ path: ['path'], message, suggestion: 'Begin it with the name of the environment.' }];
}
