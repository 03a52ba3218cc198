import type { StepRecord, StepStatus } from '../../src/model/step.ts';

/** Readiness by definition: looks at every step each time it is asked. */
export interface NaiveReadiness {
  steps(): StepRecord[];
  step(address: string): StepRecord;
  update(step: StepRecord): void;
  take(address: string): void;
  putBack(address: string): boolean;
  forgetTaken(): void;
  /** May go now, and nobody has taken it. */
  ready(nowMs: number): StepRecord[];
  doomed(): Set<string>;
  isDefeated(address: string): boolean;
  isExhausted(): boolean;
}

const DEFEATED: readonly StepStatus[] = ['failed', 'cancelled', 'skipped'];
const WAITING: readonly StepStatus[] = ['pending', 'parked'];
const BUSY: readonly StepStatus[] = ['dispatched', 'running', 'parked'];

export function createNaiveReadiness(planned: readonly StepRecord[]): NaiveReadiness {
  const steps = new Map(planned.map((step) => [step.address, step]));
  const taken = new Set<string>();
  const all = () => [...steps.values()];
  const builds = () => all().filter(({ action }) => action !== 'remove');

  /** Everything that has to have succeeded before it. */
  function before(step: StepRecord): StepRecord[] {
    const named = all().filter(({ address }) => step.after.includes(address));
    return step.action === 'remove' ? [...named, ...builds()] : named;
  }

  function mayGo(step: StepRecord): boolean {
    if (taken.has(step.address)) return false;
    if (step.status === 'unknown') return !step.needsResolve && step.parked == null;
    if (step.status !== 'pending') return false;
    return before(step).every(({ status }) => status === 'succeeded');
  }

  function doomed(): Set<string> {
    const dead = new Set(
      all()
        .filter(isDefeated)
        .map(({ address }) => address),
    );
    const isDead = ({ address }: StepRecord) => dead.has(address);
    for (let size = -1; size < dead.size; ) {
      size = dead.size;
      for (const step of all()) {
        if (WAITING.includes(step.status) && before(step).some(isDead)) dead.add(step.address);
      }
    }
    return new Set([...dead].filter((address) => !isDefeated(find(address))));
  }

  function find(address: string): StepRecord {
    const step = steps.get(address);
    if (step === undefined) throw new Error(`no step ${address}`);
    return step;
  }

  return {
    steps: all,
    step: find,
    update(step) {
      taken.delete(step.address);
      steps.set(step.address, step);
    },
    take: (address) => taken.add(address),
    putBack: (address) => taken.delete(address),
    forgetTaken: () => taken.clear(),
    ready: (nowMs) => all().filter((step) => mayGo(step) && (step.notBeforeMs ?? 0) <= nowMs),
    doomed,
    isDefeated: (address) => isDefeated(find(address)),
    isExhausted: () =>
      taken.size === 0 &&
      doomed().size === 0 &&
      !all().some((step) => BUSY.includes(step.status) || isParked(step) || mayGo(step)),
  };
}

/** Its outcome is found out once a system is back. */
function isParked({ status, parked = null }: StepRecord): boolean {
  return status === 'unknown' && parked !== null;
}

function isDefeated({ status }: StepRecord): boolean {
  return DEFEATED.includes(status);
}
