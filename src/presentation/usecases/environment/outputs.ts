import type { Biotope } from '../../../compose/seat/contract.ts';
import type { EnvironmentRecord } from '../../../model/environment.ts';
import { BiotopeError } from '../../../model/errors.ts';
import type { JsonObject } from '../../../model/json.ts';
import { didYouMean } from '../../../model/nearest.ts';
import { redactJson } from '../../../platform/redact-json.ts';
import { findEnvironment } from '../../../queries/lookup.ts';
import { outputLines, valueText } from '../../pages/environments.ts';
import type { Answer } from '../../session.ts';

interface OutputRequest {
  environment: string;
  /** One of them alone; undefined: all. */
  key: string | undefined;
  /** Secrets in the clear. */
  showSecrets: boolean;
}

/** Rejects with RESOURCE_NOT_FOUND where there is no such output. */
export async function showOutputs(biotope: Biotope, request: OutputRequest): Promise<Answer> {
  const { key, showSecrets } = request;
  const environment = await findEnvironment(biotope.store, request.environment);
  const wanted = key === undefined ? environment.outputs : pick(environment, key);
  const outputs = showSecrets
    ? await biotope.revealOutputs({ name: environment.name, outputs: wanted })
    : redactJson(wanted);
  return {
    document: outputs,
    names: Object.keys(outputs).sort(),
    isVerbatim: true,
    lines: () => (key === undefined ? outputLines(outputs) : [valueText(outputs[key] ?? null)]),
  };
}

function pick({ name, outputs }: EnvironmentRecord, key: string): JsonObject {
  const value = Object.hasOwn(outputs, key) ? outputs[key] : undefined;
  if (value !== undefined) return { [key]: value };
  const names = Object.keys(outputs);
  const hint = didYouMean(key, names) ?? `It has ${names.join(', ') || 'none'}.`;
  throw new BiotopeError('RESOURCE_NOT_FOUND', {
    message: `Environment ${name} has no output ${key}. ${hint}`,
    facts: { environment: name, output: key },
  });
}
