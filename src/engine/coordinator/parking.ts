import type { Address } from '../../model/address.ts';
import { isParked, parkStep, unparkStep } from '../../model/parked-step.ts';
import type { Failure } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import type { EngineContext } from '../context.ts';
import { type Decision, decideStep, noDecision } from '../decision.ts';
import { stepEvent } from '../transactions.ts';
import { needsOf } from './needs.ts';
import type { RunView } from './run-view.ts';

/**
 * The steps of one run that wait for a system. Each is let go by a probe that passed after this process
 * had heard of it: counted, and by no clock, so that neither a clock that jumps nor one of another
 * machine lets it go too early or never.
 */
export interface Parking {
  /** The newest state of a step. */
  note(step: StepRecord): void;
  /** Lets go what waits no longer; what still does has its system asked. */
  release(view: RunView): Decision;
}

export function createParking({
  systems,
  clock,
}: Pick<EngineContext, 'systems' | 'clock'>): Parking {
  /** How many probes of its system had passed when the step was first seen here. */
  const passedBefore = new Map<Address, number | null>();

  /** Of a system that nobody here probes the pause of the step is all there is to wait for. */
  function isOver(address: Address, system: string): boolean {
    if (systems.isAway(system)) return false;
    const passed = systems.probesPassed(system);
    if (passed === null || passed > (passedBefore.get(address) ?? 0)) return true;
    systems.suspect(system);
    return false;
  }

  return {
    note(step) {
      if (!isParked(step)) passedBefore.delete(step.address);
      else if (!passedBefore.has(step.address)) {
        passedBefore.set(step.address, systems.probesPassed(step.parked?.system ?? ''));
      }
    },
    release(view) {
      const decision = noDecision();
      const withdrawn = withdrawnIn(view);
      for (const address of passedBefore.keys()) {
        const stored = view.step(address);
        const { parked, notBeforeMs } = stored.value;
        const system = parked?.system ?? '';
        if (withdrawn(stored.value) || clock.nowMs() < (notBeforeMs ?? 0)) continue;
        if (!isOver(address, system)) continue;
        const step = unparkStep(stored.value);
        decideStep(decision, stored, step, stepEvent('step.released', step, { system }));
      }
      return decision;
    },
  };
}

/** What is cancelled or skipped is not let go; how an unknown one ended is found out in any case. */
function withdrawnIn({ run, readiness }: RunView): (step: StepRecord) => boolean {
  if (run.value.cancelRequestedAtMs !== null) return ({ status }) => status === 'parked';
  const doomed = new Set(readiness.doomed().map(({ address }) => address));
  return ({ address }) => doomed.has(address);
}

/** The step, parked, where something that it needs is away. Undefined: it can go. */
export function parkedInstead(
  context: EngineContext,
  before: StepRecord,
  ordered: StepRecord,
): StepRecord | undefined {
  const system = context.systems.awayAmong(needsOf(context, ordered));
  if (system === undefined) return undefined;
  return parkStep(before, awayFailure(before, system), context.clock.nowMs());
}

function awayFailure({ label, address }: StepRecord, system: string): Failure {
  const message = `${system} is away: ${label} waits until it is back.`;
  return { code: 'SYSTEM_UNAVAILABLE', message, detail: null, address, system };
}
