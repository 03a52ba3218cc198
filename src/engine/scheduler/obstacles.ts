import type { EnvironmentRecord } from '../../model/environment.ts';
import { cancelRun, type Failure, failRun, type RunRecord } from '../../model/run.ts';
import { type TemplateReference, templateKey } from '../../model/template.ts';
import type { Stored } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import { putRun, runEvent, runUnchanged } from '../transactions.ts';

/** What was to come of the runs before it did not: the command was accepted for something else. */
export function obstacleTo(
  run: RunRecord,
  environment: EnvironmentRecord | undefined,
): Failure | null {
  const exists = environment !== undefined && environment.status !== 'destroyed';
  const named = `Environment ${run.environment}`;
  if (run.kind === 'create' && exists) {
    return obstacle(
      'ENVIRONMENT_EXISTS',
      `${named} exists: what was to destroy it did not succeed.`,
    );
  }
  if (run.kind !== 'create' && !exists) {
    const message = `${named} does not exist: what was to create it did not begin.`;
    return obstacle('ENVIRONMENT_NOT_FOUND', message);
  }
  if (run.kind === 'action' && run.template !== null && environment !== undefined) {
    return otherTemplate(run.template, environment);
  }
  if (run.kind === 'destroy' && environment?.protect === true) {
    const message = `${named} is protected: what was to take the protection off did not succeed.`;
    return obstacle('ENVIRONMENT_PROTECTED', message);
  }
  return null;
}

/** An action is accepted for the template that the runs before it were to leave behind. */
function otherTemplate(
  accepted: TemplateReference,
  { name, template }: EnvironmentRecord,
): Failure | null {
  const [wanted, actual] = [templateKey(accepted), templateKey(template)];
  if (wanted === actual) return null;
  const message =
    `The action was accepted for ${wanted}, and environment ${name} is made from ${actual}: what was ` +
    'to change it did not succeed.';
  return obstacle('ACTION_NOT_FOUND', message);
}

function obstacle(code: Failure['code'], message: string): Failure {
  return { code, message, detail: null, address: null };
}

/** Ends a run of which nothing is to be seen in its environment, and leaves that as it is. */
export async function endUnbegun(
  { store, clock }: EngineContext,
  stored: Stored<RunRecord>,
  failure: Failure,
): Promise<void> {
  const end = failure.code === 'APPROVAL_TIMEOUT' ? cancelRun : failRun;
  const run = end(stored.value, failure, clock.nowMs());
  await store.commit({
    scope: run.environment,
    expect: [runUnchanged(stored)],
    writes: [putRun(run)],
    events: [runEvent(`run.${run.status}`, run, { failure: { ...failure } })],
  });
}
