import type { StepRecord } from '../../../src/model/step.ts';
import type { Chronicle } from './chronicle.ts';
import { CLOCKS_APART_MS } from './driving.ts';
import { type Check, type Commit, putsOf, type SeenPut } from './records.ts';

interface Facts {
  /** As often a step may meet a system that is away at no cost. */
  parkingsMax: number;
  /** When a probe passed last in this process. */
  passedAtMs(author: string): number;
}

/**
 * A step that waits for a system loses nothing by it: no attempt, no inspection. It goes on after a probe
 * that passed since it waits, and by nothing else.
 */
export function watchParking(chronicle: Chronicle, { parkingsMax, passedAtMs }: Facts): Check {
  /** As the step was before the attempt or the inspection that is under way. */
  const spentBefore = new Map<string, StepRecord>();

  function seeParked(key: string, step: StepRecord, before: StepRecord): void {
    chronicle.mark(`parked ${before.status === 'running' ? 'by a report' : 'at dispatch'}`);
    if ((step.parkings ?? 0) > parkingsMax) chronicle.complain(`step ${key} waits for ever`);
    const spent = before.status === 'running' ? spentBefore.get(key) : before;
    const isInspection = before.status === 'running' && before.operation === 'inspect';
    const isLost = isInspection
      ? step.inspections !== spent?.inspections
      : step.attempt !== spent?.attempt;
    if (isLost) {
      chronicle.complain(`step ${key} lost an attempt to a system that was away`);
    }
  }

  function seeReleased(author: string | undefined, { key, value, before }: SeenPut<'steps'>): void {
    const isCarriedOn = value.status === 'pending' || value.status === 'unknown';
    const sinceMs = before?.parked?.sinceMs ?? 0;
    if (!isCarriedOn || author === undefined) return;
    chronicle.mark('released');
    if (passedAtMs(author) > sinceMs - CLOCKS_APART_MS) return;
    chronicle.complain(`step ${key} was let go before a probe had found its system well`);
  }

  function seeStep(commit: Commit, write: SeenPut<'steps'>): void {
    const { key, value, before } = write;
    if (before === undefined) return;
    if (isUnderWay(value) && !isUnderWay(before)) spentBefore.set(key, before);
    if (isParked(value) && !isParked(before)) seeParked(key, value, before);
    if (isParked(before) && !isParked(value)) seeReleased(commit.author, write);
  }

  return (commit) => {
    for (const write of putsOf(commit, 'steps')) seeStep(commit, write);
  };
}

const isUnderWay = ({ status }: StepRecord) => status === 'dispatched' || status === 'running';

const isParked = ({ parked = null }: StepRecord) => parked !== null;
