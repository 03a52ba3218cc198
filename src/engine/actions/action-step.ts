import type { RunRecord } from '../../model/run.ts';
import { operationOf, type StepRecord } from '../../model/step.ts';
import { type ActionTemplate, DEFAULT_ACTION_TERMS } from '../../model/template.ts';
import type { EngineContext } from '../context.ts';

/** Actions are run as the programs of resources are, by this kind of executor. */
const ACTION_EXECUTOR = 'command';

const TIMEOUT_DEFAULT_MS = 30 * 60_000;

/** The name of an action's one step. No resource can be called so. */
function actionLabel(name: string): string {
  return `action:${name}`;
}

/** The one step of an action's run. */
export function actionStep(
  { definitions }: Pick<EngineContext, 'definitions'>,
  run: RunRecord,
  { name, terms = DEFAULT_ACTION_TERMS }: ActionTemplate,
): StepRecord {
  const label = actionLabel(name);
  const ownTimeoutMs = terms.timeoutSeconds === null ? null : terms.timeoutSeconds * 1_000;
  return {
    runId: run.id,
    environment: run.environment,
    address: label,
    identity: label,
    label,
    action: 'act',
    reason: 'asked for',
    protect: false,
    executor: ACTION_EXECUTOR,
    pool: terms.pool,
    after: [],
    status: 'pending',
    adopt: null,
    operation: operationOf('act'),
    attempt: 0,
    ...(terms.retry ?? { attemptsMax: 1, initialDelayMs: 0, delayMaxMs: 0 }),
    inspections: 0,
    losses: 0,
    needsResolve: false,
    timeoutMs:
      ownTimeoutMs ?? definitions.get(ACTION_EXECUTOR)?.defaultTimeoutMs ?? TIMEOUT_DEFAULT_MS,
    runEpoch: run.epoch,
    clusterEpoch: run.clusterEpoch,
    notBeforeMs: null,
    claim: null,
    claimCount: 0,
    reportedClaim: null,
    spec: null,
    fingerprint: null,
    result: null,
    failure: null,
    dispatchedAtMs: null,
    startedAtMs: null,
    finishedAtMs: null,
  };
}
