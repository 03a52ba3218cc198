import type { JsonObject } from '../../model/json.ts';
import { findSecretTexts } from '../../model/secret.ts';
import type { StepRecord } from '../../model/step.ts';
import { SECRETS } from '../../systems/systems.ts';
import type { EngineContext } from '../context.ts';

/** What an order of this step stands on: what its executor says, and secrets where it is given any. */
export function needsOf(
  { definitions }: Pick<EngineContext, 'definitions'>,
  { executor, spec }: Pick<StepRecord, 'executor' | 'spec'>,
): readonly string[] {
  const own = definitions.get(executor)?.needs?.(spec ?? {}) ?? [];
  return hasSecrets(spec ?? {}) ? [...own, SECRETS] : own;
}

function hasSecrets(spec: JsonObject): boolean {
  return findSecretTexts(spec).length > 0;
}
