import type { Address } from '../../../../model/address.ts';
import { isRunFinished } from '../../../../model/run.ts';
import { someOf } from '../../../../model/some-of.ts';
import type { StepRecord } from '../../../../model/step.ts';
import { formatDuration } from '../../../pages/duration.ts';
import { type Wait, waitFor } from '../../../pages/wait.ts';
import { waitingForApproval, waitingInLine, waitOfState } from '../../../pages/waiting.ts';
import { doing, plural } from '../../../pages/words.ts';
import type { RunFacts, StepFacts } from './facts.ts';

const NAMED_MAX = 5;

/** What has to happen before the step goes on. */
export function waitsOf(facts: StepFacts): Wait[] {
  const { run, step, nowMs } = facts;
  // Also after the run: nobody else says it.
  if (step.status === 'unknown' && step.needsResolve) return waitOfState(run, step, nowMs);
  if (isRunFinished(run)) return [];
  return [...runWaits(facts), ...stepWaits(facts)];
}

/** What the whole run waits for. */
export function runWaits({ run, driver, ahead }: RunFacts): Wait[] {
  if (isRunFinished(run)) return [];
  const line = [...waitingInLine(run, ahead), ...waitingForApproval(run)];
  const nobody = waitFor(null, 'driver', 'a process that works on the run, which was interrupted');
  // Whoever approves it takes it up.
  return driver === null && run.status !== 'awaiting-approval' ? [...line, nobody] : line;
}

function stepWaits(facts: StepFacts): Wait[] {
  const { run, step, nowMs } = facts;
  if (step.status === 'running') return leaseWait(facts);
  const own = waitOfState(run, step, nowMs);
  if (step.status !== 'pending') return own;
  const waits = [...stepsBefore(facts), ...buildsBefore(facts), ...own];
  // Nobody gives it a place where nobody works on the run.
  return waits.length > 0 || facts.driver === null ? waits : [placeInPool(facts)];
}

/** Those it needs, then those further back that hold these up. */
function stepsBefore({ step, steps }: StepFacts): Wait[] {
  const byAddress = new Map(steps.map((one) => [one.address, one]));
  const openBefore = (one: StepRecord) =>
    one.after.flatMap((address) => {
      const before = byAddress.get(address);
      return before === undefined || before.status === 'succeeded' ? [] : [before];
    });
  const direct = openBefore(step);
  const named = new Set<Address>(direct.map(({ address }) => address));
  const further: StepRecord[] = [];
  const open = [...direct];
  for (const one of open) {
    const before = openBefore(one);
    if (before.length === 0 && !direct.includes(one)) further.push(one);
    for (const next of before.filter(({ address }) => !named.has(address))) {
      named.add(next.address);
      open.push(next);
    }
  }
  return [
    ...direct.map((one) => waitFor(step, 'step', standing(one), { untilMs: one.notBeforeMs })),
    ...further.map((one) =>
      waitFor(step, 'step', `${standing(one)}; further back`, { untilMs: one.notBeforeMs }),
    ),
  ];
}

function standing(step: StepRecord): string {
  const { label, status, needsResolve } = step;
  if (status === 'running') return `${label} (${doing(step)})`;
  return `${label} (${status}${needsResolve ? ': a person has to say how it ended' : ''})`;
}

function buildsBefore({ step, steps }: StepFacts): Wait[] {
  if (step.action !== 'remove') return [];
  const builds = steps.filter((one) => one.action !== 'remove' && one.status !== 'succeeded');
  if (builds.length === 0) return [];
  const what = `${plural(builds.length, 'build')}: ${someOf(
    builds.map(({ label }) => label),
    NAMED_MAX,
  )}`;
  return [waitFor(step, 'builds', `${what}; removals come last`)];
}

function placeInPool({ step, pool: { concurrency, busy } }: StepFacts): Wait {
  if (concurrency === null) {
    return waitFor(step, 'pool', `pool ${step.pool}, which nobody serves by these settings`);
  }
  if (busy.length < concurrency) return waitFor(step, 'turn', 'its turn: it is ready');
  const who = someOf(
    busy.map(({ environment, label }) => `${environment}/${label}`),
    NAMED_MAX,
  );
  const taken = concurrency === 1 ? 'its only one is' : `all ${concurrency} are`;
  return waitFor(step, 'pool', `a place in pool ${step.pool}: ${taken} taken, by ${who}`);
}

function leaseWait({ step, driver, nowMs }: StepFacts): Wait[] {
  // Whoever takes up an interrupted run need not wait for a lease.
  if (step.claim === null || driver === null) return [];
  const { worker, expiresAtMs } = step.claim;
  const leftMs = expiresAtMs - nowMs;
  const silence =
    leftMs > 0
      ? `counts as lost if it is silent for ${formatDuration(leftMs)}`
      : `has been silent for too long by ${formatDuration(-leftMs)}`;
  return [waitFor(step, 'lease', `worker ${worker}, which ${silence}`, { untilMs: expiresAtMs })];
}
