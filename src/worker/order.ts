import { StepStopped, type StopReason } from '../executors/executor.ts';
import type { Grant, Order, Report } from '../model/order.ts';
import { type ClaimKeeper, keepClaim } from './claim-keeper.ts';
import { insist } from './insist.ts';
import { attempt as attemptStep } from './outcome.ts';
import { insistence, openStep, placeOf, type Step } from './step.ts';
import type { Tools } from './tools.ts';
import { removeWorkFolder, workFolderOf } from './work-folders.ts';

/** A claimed step, as the worker holds it. */
export interface StepInHand {
  order: Order;
  label: string;
  /** Asks for news of the claim. */
  ask(): void;
  /** Ends the work. Only the first reason counts. */
  stop(reason: StopReason): void;
}

/** Undefined where the order is not valid any more, or nobody answers: then it is sent again. */
export async function claimOrder(tools: Tools, order: Order): Promise<Grant | undefined> {
  const { clock, random, desk, log, name, leaving: signal, claimAttemptsMax: attemptsMax } = tools;
  const terms = { clock, random, signal, attemptsMax };
  try {
    return await insist(() => desk.claim(order, name), terms);
  } catch (error) {
    const { runId, environment, address } = order;
    log.warn({ run: runId, environment, address, err: error }, 'An order could not be claimed.');
    return undefined;
  }
}

/** Does a claimed step from here to its report. `hold` is told of it and returns how to let go. */
export async function performStep(
  tools: Tools,
  { grant, ageMs }: { grant: Grant; ageMs: number },
  hold: (step: StepInHand) => () => void,
): Promise<void> {
  const { order, label, leaseMs, timeoutMs } = grant;
  const { runId, environment, address } = order;
  const orderToken = order.token === undefined ? {} : { orderToken: order.token };
  const claim = { runId, environment, address, claimToken: grant.claimToken, ...orderToken };
  const { clock, desk, log } = tools;
  const controller = new AbortController();
  const stop = (reason: StopReason) => controller.abort(new StepStopped(reason));
  const onCancel = () => stop('cancelled');
  const keeper = keepClaim({ desk, claim, leaseMs, ageMs, clock, log, onCancel });
  keeper.lost.addEventListener('abort', () => stop('lost'), { once: true });
  const timer = clock.setTimer(timeoutMs, () => stop('timeout'));
  const letGo = hold({ order, label, ask: keeper.ask, stop });
  try {
    const { lost, confirm } = keeper;
    const step = openStep({ tools, grant, claim, signal: controller.signal, lost, confirm });
    await attemptAndReport(step, keeper);
  } finally {
    timer.cancel();
    if (!tools.lingering.has(keeper)) keeper.release();
    letGo();
  }
}

async function attemptAndReport(step: Step, keeper: ClaimKeeper): Promise<void> {
  const { tools, grant } = step;
  const told = { ...placeOf(grant), traceparent: grant.order.traceparent };
  tools.log[tools.stepLevel](told, 'a step is begun');
  try {
    await step.confirm();
    step.lost.throwIfAborted();
    const report = await attemptStep(step);
    await step.log.close();
    step.lost.throwIfAborted();
    const folder = usesFolder(step) ? workFolderOf(tools.dataFolder, grant.order) : undefined;
    if (folder !== undefined && isHandedBack(report)) removeWorkFolder(folder);
    keeper.reporting();
    const answer = await bring(step, report);
    tools.log[tools.stepLevel]({ ...told, outcome: report.kind, answer }, 'a step is reported');
    if (answer === 'handed-over') linger(tools, keeper);
    if (answer === 'refused') {
      tools.log.warn({ ...placeOf(grant), outcome: report.kind }, 'A report came too late.');
    } else if (folder !== undefined && isOver(report) && !step.lost.aborted) {
      removeWorkFolder(folder);
    }
  } catch (error) {
    const why = keeper.lost.aborted ? 'its claim was lost' : 'its report was not taken';
    tools.log.error({ ...placeOf(grant), err: error }, `A step ended without a report: ${why}.`);
  }
}

function linger({ lingering }: Tools, keeper: ClaimKeeper): void {
  lingering.add(keeper);
  keeper.linger(() => lingering.delete(keeper));
}

type Answer = 'recorded' | 'refused' | 'handed-over';

function bring(step: Step, report: Report): Promise<Answer> {
  const { desk, log, handOver } = step.tools;
  const onFailure = (error: unknown) => {
    const facts = { ...placeOf(step.grant), err: error };
    log.warn(facts, 'A report was not taken; it is brought again.');
  };
  const attempt = async (): Promise<Answer> =>
    (await handOver(step.claim, report)) ? 'handed-over' : desk.report(step.claim, report);
  return insist(attempt, { ...insistence(step), onFailure });
}

function usesFolder({ tools, grant }: Step): boolean {
  return tools.executors.get(grant.executor)?.needsFiles ?? false;
}

/**
 * Whether an attempt ended cleanly and told all that it left behind. Before its report: the next
 * attempt begins at once. One that told nothing may have found what an earlier one left there.
 */
function isHandedBack(report: Report): boolean {
  // A look leaves nothing that anybody needs, and what it found may be built again at once.
  if (report.kind === 'looked') return true;
  return report.kind === 'cancelled' && report.remains !== null;
}

/**
 * Whether no attempt follows. One that does may have begun before we know that the report was
 * recorded, in this very folder: after an inspection, or a step that went back. What an unclear
 * outcome left is for whoever finds out what happened.
 */
function isOver(report: Report): boolean {
  if (report.kind === 'failed') return !report.retryable;
  return report.kind === 'applied' || report.kind === 'destroyed';
}
