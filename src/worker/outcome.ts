import type { Adoption } from '../executors/adoption.ts';
import {
  type Applied,
  type Executor,
  type Left,
  type StepContext,
  stopReason,
} from '../executors/executor.ts';
import { executorErrorOf } from '../executors/executor-error.ts';
import type { Difference } from '../model/drift.ts';
import { BiotopeError } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { Remains, Report } from '../model/order.ts';
import type { Failure } from '../model/run.ts';
import { contextOf } from './context.ts';
import { presentable, timeoutFailure } from './failures.ts';
import { insist } from './insist.ts';
import { unapprovedLosses } from './losses.ts';
import { forgetOutputs, keepOutputs } from './outputs.ts';
import { sealState } from './seal.ts';
import { insistence, placeOf, type Step } from './step.ts';
import { workFolderOf } from './work-folders.ts';

/** Does the step and says how it ended. Rejects only where the claim was lost meanwhile, if at all. */
export async function attempt(step: Step): Promise<Report> {
  try {
    const executor = executorOf(step);
    const context = await contextOf(step, executor);
    await step.confirm();
    step.signal.throwIfAborted();
    return await carryOut(step, executor, context);
  } catch (error) {
    return await reportOf(step, error);
  }
}

function executorOf({ tools, grant }: Step): Executor {
  const executor = tools.executors.get(grant.executor);
  if (executor !== undefined) return executor;
  throw new BiotopeError('EXECUTOR_UNKNOWN', {
    message:
      `The worker ${tools.name} of the pool ${tools.pool} has no executor ${grant.executor}. ` +
      'Start it with that executor, or let the resource run in another pool.',
  });
}

async function carryOut(step: Step, executor: Executor, context: StepContext): Promise<Report> {
  const { failpoint } = step.tools;
  const applied = async (work: Promise<Applied>): Promise<Report> => {
    const result = await work;
    failpoint('effect.after');
    return keep(step, result, (kept) => ({ kind: 'applied', ...kept }));
  };
  failpoint('effect.before');
  switch (step.grant.order.operation) {
    case 'apply': {
      const losses = await unapprovedLosses(step.grant, executor, context);
      if (losses.length > 0) return { kind: 'held', losses };
      return applied(executor.apply(context));
    }
    case 'adopt':
      return applied(adopt(step, executor, context));
    case 'rotate':
      return applied(rotate(step, executor, context));
    case 'act':
      return applied(act(step, executor, context));
    case 'destroy': {
      await executor.destroy(context);
      failpoint('effect.after');
      return removed(step);
    }
    case 'look': {
      const { finding, differences } = await executor.inspect(context);
      return { kind: 'looked', finding, differences: toldDifferences(context, differences) };
    }
    case 'inspect': {
      const { finding, differences, ...inspected } = await executor.inspect(context);
      failpoint('effect.after');
      return keep(step, inspected, (kept) => ({
        kind: 'inspected',
        finding,
        differences: toldDifferences(context, differences),
        ...kept,
      }));
    }
  }
}

const DIFFERENCES_TOLD_MAX = 1_000;

function toldDifferences(
  { redact }: StepContext,
  differences: readonly Difference[],
): Difference[] {
  return differences.slice(0, DIFFERENCES_TOLD_MAX).map(({ subject, kind, detail, path }) => ({
    subject: redact(subject),
    kind,
    detail: redact(detail),
    ...(path === undefined ? {} : { path: redact(path) }),
  }));
}

/** Intake asks the definition first: these stand for a worker that knows less than its server. */
async function adopt(step: Step, executor: Executor, context: StepContext): Promise<Applied> {
  const { grant, tools } = step;
  if (executor.adopt === undefined) {
    throw new BiotopeError('ADOPTION_INVALID', {
      message: `The worker ${tools.name} cannot adopt anything with its executor ${grant.executor}.`,
    });
  }
  const isRecorded: Adoption['isRecorded'] = (owner) =>
    insist(() => tools.desk.isRecorded(owner, step.claim), insistence(step));
  return executor.adopt(context, { how: grant.adopt ?? {}, isRecorded });
}

async function rotate(step: Step, executor: Executor, context: StepContext): Promise<Applied> {
  const { grant, tools } = step;
  if (executor.rotate !== undefined) return executor.rotate(context);
  throw new BiotopeError('ROTATION_INVALID', {
    message: `The worker ${tools.name} cannot rotate anything with its executor ${grant.executor}.`,
  });
}

async function act({ grant, tools }: Step, executor: Executor, context: StepContext) {
  if (executor.act !== undefined) return executor.act(context);
  throw new BiotopeError('EXECUTOR_UNKNOWN', {
    message: `The worker ${tools.name} cannot run actions with its executor ${grant.executor}.`,
  });
}

type Kept = { outputs: JsonObject } & Remains;

/** The effect is done: if its outputs cannot be kept, what was left behind is reported all the same. */
async function keep(step: Step, applied: Applied, report: (kept: Kept) => Report): Promise<Report> {
  const { tools, redactor, grant } = step;
  const { remains, refusal } = await handOver(step, applied);
  if (refusal !== null) return { kind: 'unknown', failure: refusal, remains };
  const terms = { secrets: tools.secrets, redactor, bytesMax: tools.limits.outputBytesMax };
  try {
    const outputs = await insist(
      () => keepOutputs(applied.outputs, grant.order, terms),
      insistence(step),
    );
    return report({ outputs, ...remains });
  } catch (error) {
    const { failure, retryable } = executorErrorOf(error, step.signal, null);
    return failed(step, failure, { retryable, remains });
  }
}

async function removed(step: Step): Promise<Report> {
  const { tools, grant } = step;
  const outputs = grant.prior?.outputs ?? {};
  await insist(() => forgetOutputs(outputs, grant.order, tools.secrets), insistence(step));
  return { kind: 'destroyed' };
}

interface HandedOver {
  remains: Remains;
  /** Why the state is not among them; null: it is, or there is none. */
  refusal: Failure | null;
}

/**
 * What was left behind, as it is reported. A state that cannot be handed over exists in the work
 * folder alone: then nobody may say how the step ended, and the folder stays.
 */
async function handOver(step: Step, { record, parts, state }: Left): Promise<HandedOver> {
  try {
    const sealedState = state === null ? null : await sealState(step, state);
    return { remains: { record, parts, sealedState }, refusal: null };
  } catch (error) {
    step.lost.throwIfAborted();
    const { failure } = executorErrorOf(error, step.signal, null);
    const folder = workFolderOf(step.tools.dataFolder, step.grant.order);
    const message = `${failure.message} It stays in ${folder} of the worker ${step.tools.name}.`;
    const refusal = shown(step, { ...failure, message });
    return { remains: { record, parts, sealedState: null }, refusal };
  }
}

async function reportOf(step: Step, error: unknown): Promise<Report> {
  const { kind, failure, retryable, left, cause } = executorErrorOf(error, step.signal, null);
  if (failure.code === 'INTERNAL') logFault(step, cause ?? error);
  const { remains, refusal } =
    left === null ? { remains: null, refusal: null } : await handOver(step, left);
  if (refusal !== null) return { kind: 'unknown', failure: refusal, remains };
  switch (kind) {
    case 'failed':
      return failed(step, failure, { retryable, remains });
    case 'cancelled':
      return ended(step, remains, failure.message);
    case 'undeterminable':
      return { kind: 'unknown', failure: shown(step, failure), remains };
  }
}

/** Asked to end, and ended cleanly: out of time is a failure, everything else a cancellation. */
function ended(step: Step, remains: Remains | null, detail: string | null): Report {
  if (stopReason(step.signal) !== 'timeout') return { kind: 'cancelled', remains };
  const { label, timeoutMs } = step.grant;
  return failed(step, timeoutFailure(label, timeoutMs, detail), { retryable: false, remains });
}

function logFault({ tools, grant, redactor }: Step, fault: unknown): void {
  const stack = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  const facts = { ...placeOf(grant), stack: redactor.redact(stack) };
  tools.log.error(facts, 'An executor failed in a way it should not.');
}

function failed(
  step: Step,
  failure: Failure,
  rest: { retryable: boolean; remains: Remains | null },
): Report {
  return { kind: 'failed', failure: shown(step, failure), ...rest };
}

function shown({ redactor, grant }: Step, failure: Failure): Failure {
  return presentable(failure, redactor, grant.order.address);
}
