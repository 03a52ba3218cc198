import type { ActSpec } from '../../executors/action.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Limits } from '../../model/limits.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import { type ActionTemplate, DEFAULT_ACTION_TERMS } from '../../model/template.ts';

export interface ActionFacts {
  action: ActionTemplate;
  run: RunRecord;
  environment: EnvironmentRecord;
  resources: Iterable<ResourceRecord>;
}

/**
 * What the program of an action is given: its arguments, and the environment as it is recorded when it
 * begins. Secrets as references, which the worker resolves. Throws LIMIT_EXCEEDED.
 */
export function actionSpec(
  { specBytesMax }: Pick<Limits, 'specBytesMax'>,
  { action, run, environment, resources }: ActionFacts,
): JsonObject {
  const { name, parameters, outputs } = environment;
  const spec: ActSpec = {
    command: action.app.command,
    input: {
      action: action.name,
      arguments: run.parameters,
      environment: { name, parameters, outputs },
      resources: Object.fromEntries(
        [...resources].map((resource) => [resource.label, { outputs: resource.outputs }]),
      ),
    },
    secretOutputs: (action.terms ?? DEFAULT_ACTION_TERMS).secretOutputs,
  };
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  if (bytes <= specBytesMax) return { ...spec };
  throw new BiotopeError('LIMIT_EXCEEDED', {
    message:
      `What the action ${action.name} is given has ${bytes} bytes, at most ${specBytesMax} are ` +
      'allowed. Let the resources have fewer outputs, or raise limits.specBytesMax.',
    facts: { bytes, bytesMax: specBytesMax },
  });
}
