import type { JsonValue } from '../../model/json.ts';
import type { RunRecord } from '../../model/run.ts';
import { isSecretText } from '../../model/secret.ts';
import type { PlanRecord, ShownInput, ShownResource } from '../../model/shown-plan.ts';
import { digestJson } from '../../platform/digest.ts';
import { REDACTED } from '../../platform/secret-value.ts';
import type { Plan, PlannedResource } from '../planner/plan.ts';
import { changedInputs } from '../planner/reasons.ts';

const RESOURCES_LISTED_MAX = 500;
const INPUTS_LISTED_MAX = 20;
const VALUE_CHARACTERS_MAX = 200;
const TEXT_CHARACTERS_MAX = 1_000;

/** Equal for plans that do the same, from the same inputs, to the same records. */
export function digestOfPlan({ environment, template, resources }: Plan): string {
  return digestJson([
    environment,
    template === null ? null : template.reference.digest,
    resources.map((one) => [
      one.address,
      one.label,
      one.executor,
      one.action,
      one.reason,
      one.movedFrom,
      one.protect,
      one.fingerprint,
      one.recorded?.fingerprint ?? null,
      one.after,
    ]),
  ]);
}

/** A plan as people are shown it. */
export function planRecordOf(run: RunRecord, plan: Plan, madeAtMs: number): PlanRecord {
  const concerned = plan.resources.filter(({ action, movedFrom }) => {
    return action !== 'leave' || movedFrom !== null;
  });
  return {
    runId: run.id,
    environment: run.environment,
    digest: digestOfPlan(plan),
    madeAtMs,
    summary: plan.summary,
    resources: concerned.slice(0, RESOURCES_LISTED_MAX).map(shownResource),
    unlisted: Math.max(0, concerned.length - RESOURCES_LISTED_MAX),
  };
}

function shownResource(planned: PlannedResource): ShownResource {
  const { address, label, executor, action, reason, movedFrom } = planned;
  return {
    address,
    label,
    executor,
    action: action === 'leave' ? 'rename' : action,
    reason: reason.slice(0, TEXT_CHARACTERS_MAX),
    movedFrom,
    inputs: shownInputs(planned),
  };
}

function shownInputs({ action, spec, recorded }: PlannedResource): ShownInput[] {
  if (action !== 'change' || spec === null || recorded === null) return [];
  return changedInputs(recorded.spec, spec)
    .slice(0, INPUTS_LISTED_MAX)
    .map(({ path, before, after }) => ({
      path: path.slice(0, TEXT_CHARACTERS_MAX),
      before: shownValue(before),
      after: shownValue(after),
    }));
}

/** Redacted before it is cut: a part of a reference would say too much as well. */
function shownValue(value: JsonValue): string {
  const text = JSON.stringify(value, (_, item: JsonValue) =>
    isSecretText(item) ? REDACTED : item,
  );
  return text.length <= VALUE_CHARACTERS_MAX ? text : `${text.slice(0, VALUE_CHARACTERS_MAX)}…`;
}
