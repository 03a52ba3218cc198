import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import { isSecretText } from '../../model/secret.ts';
import type { StepRecord } from '../../model/step.ts';
import { templateKey } from '../../model/template.ts';
import { createRedactor } from '../../platform/redactor.ts';
import { secretsNamedIn } from '../../secrets/named-secrets.ts';
import { keepSecretOutput, TELLING_CHARACTERS_MIN } from '../../secrets/output-secrets.ts';
import type { EngineContext } from '../context.ts';
import { bundleReader, findBundle } from '../find-bundle.ts';
import { indexOf } from '../templates.ts';
import { refuse } from './verdict.ts';

export interface Told {
  run: RunRecord;
  step: StepRecord;
  resource: ResourceRecord;
}

/**
 * Outputs that a person tells, as a worker would have recorded them: secret ones go to the secret
 * store and references take their place. Secret is what the executor says is, what was until now, and
 * a text in which a secret of the step appears. Rejects with COMMAND_INVALID where a list or an object
 * holds one.
 */
export async function keepToldOutputs(
  context: EngineContext,
  told: Told,
  outputs: JsonObject,
): Promise<JsonObject> {
  if (Object.keys(outputs).length === 0) return {};
  const isSecret = await secretJudge(context, told);
  const owner = { environment: told.step.environment, address: told.step.address };
  const kept: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(outputs)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    kept.push([
      name,
      isSecret(name, value)
        ? await keepSecretOutput(context.secrets, owner, { name, value: text })
        : value,
    ]);
  }
  return Object.fromEntries(kept);
}

type SecretJudge = (name: string, value: JsonValue) => boolean;

async function secretJudge(context: EngineContext, told: Told): Promise<SecretJudge> {
  const { step, resource } = told;
  const named = await secretOutputsOf(context, told);
  const redactor = createRedactor();
  const known = [step.spec ?? {}, resource.spec, resource.outputs];
  for (const secret of await secretsNamedIn(known, context.secrets)) redactor.learn(secret);
  return (name, value) => {
    if (named === null || named.includes(name) || isSecretText(resource.outputs[name])) return true;
    if (typeof value === 'string') return redactor.holds(value, TELLING_CHARACTERS_MIN);
    if (redactor.holds(JSON.stringify(value), TELLING_CHARACTERS_MIN)) throw hidden(name);
    return false;
  };
}

/** Null where nobody can tell: then all of them may be. */
async function secretOutputsOf(
  { store, definitions }: EngineContext,
  { run, resource }: Told,
): Promise<readonly string[] | null> {
  const definition = definitions.get(resource.executor);
  const stored =
    run.template === null ? undefined : await store.get('templates', templateKey(run.template));
  const index = stored === undefined ? undefined : indexOf(stored.value);
  const written = index?.resources.get(resource.id);
  if (definition === undefined || index === undefined || written === undefined) return null;
  if (definition.secretOutputs !== undefined) return definition.secretOutputs(written.with);
  const { digest } = written.source ?? index.reference;
  const bundle = bundleReader(await findBundle(store, digest));
  const { outputs } = await definition.check(written.with, bundle);
  return outputs?.filter(({ secret }) => secret).map(({ name }) => name) ?? null;
}

function hidden(name: string): Error {
  return refuse('COMMAND_INVALID', {
    message:
      `The output ${name} holds a secret in the clear, inside a list or an object. ` +
      'Tell it as a text of its own, so that it can be kept as a secret, or leave it out.',
    facts: { output: name },
  });
}
