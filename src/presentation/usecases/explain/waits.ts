import type { Address } from '../../../model/address.ts';
import { isRunFinished } from '../../../model/run.ts';
import type { StepRecord } from '../../../model/step.ts';
import { formatDuration } from '../../pages/duration.ts';
import type { Wait } from '../../pages/explanation.ts';
import { doing, plural, runTitle } from '../../pages/words.ts';
import type { RunFacts, StepFacts } from './facts.ts';

const NAMED_MAX = 5;

/** What has to happen before the step goes on. */
export function waitsOf(facts: StepFacts): Wait[] {
  const { run, step } = facts;
  if (step.status === 'unknown' && step.needsResolve) {
    return [wait('person', 'somebody who looks how it ended, and says it')];
  }
  if (isRunFinished(run)) return [];
  return [...runWaits(facts), ...stepWaits(facts)];
}

/** What the whole run waits for. */
export function runWaits({ run, driver, ahead }: RunFacts): Wait[] {
  if (isRunFinished(run)) return [];
  const line = ahead.map((one) =>
    wait('line', `run ${one.id}, which comes first: ${runTitle(one)}`),
  );
  const nobody = wait('driver', 'a process that works on the run, which was interrupted');
  return driver === null ? [...line, nobody] : line;
}

function stepWaits(facts: StepFacts): Wait[] {
  const { step } = facts;
  switch (step.status) {
    case 'pending':
      return pendingWaits(facts);
    case 'dispatched':
      return [wait('worker', `a worker of pool ${step.pool}, to which it was given out`)];
    case 'running':
      return leaseWait(facts);
    case 'parked':
      return [wait('system', step.failure?.message ?? 'its backing system, which is away')];
    case 'unknown':
      return [wait('inspection', 'an inspection of how it ended')];
    default:
      return [];
  }
}

function pendingWaits(facts: StepFacts): Wait[] {
  const waits = [...stepsBefore(facts), ...buildsBefore(facts), ...pause(facts)];
  return waits.length > 0 ? waits : [placeInPool(facts)];
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
    ...direct.map((one) => wait('step', standing(one), one.notBeforeMs)),
    ...further.map((one) => wait('step', `${standing(one)}; further back`, one.notBeforeMs)),
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
  const what = `${plural(builds.length, 'build')}: ${some(builds.map(({ label }) => label))}`;
  return [wait('builds', `${what}; removals come last`)];
}

function pause({ step, nowMs }: StepFacts): Wait[] {
  const { notBeforeMs, attempt, attemptsMax } = step;
  if (notBeforeMs === null || notBeforeMs <= nowMs) return [];
  const left = formatDuration(notBeforeMs - nowMs);
  const message = `the pause before attempt ${attempt + 1} of ${attemptsMax}: ${left} left`;
  return [wait('pause', message, notBeforeMs)];
}

function placeInPool({ step, pool: { concurrency, busy } }: StepFacts): Wait {
  if (concurrency === null) {
    return wait('pool', `pool ${step.pool}, which nobody serves by these settings`);
  }
  if (busy.length < concurrency) return wait('turn', 'its turn: it is ready');
  const who = some(busy.map(({ environment, label }) => `${environment}/${label}`));
  const taken = concurrency === 1 ? 'its only one is' : `all ${concurrency} are`;
  return wait('pool', `a place in pool ${step.pool}: ${taken} taken, by ${who}`);
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
  return [wait('lease', `worker ${worker}, which ${silence}`, expiresAtMs)];
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, NAMED_MAX).join(', ');
  const more = names.length - NAMED_MAX;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function wait(kind: Wait['kind'], message: string, untilMs: number | null = null): Wait {
  return { kind, message, untilMs };
}
