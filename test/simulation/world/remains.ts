import type { ClaimReference, Remains, Report } from '../../../src/model/order.ts';
import type { SealedStates } from '../model/sealed.ts';
import type { Chance } from './chance.ts';
import type { Cloud } from './cloud.ts';

/** What workers say they left behind, and the states that some of their executors keep. */
export interface RemainsTeller {
  /** Whether something is there that is nobody else's. */
  isOurs(key: string): boolean;
  of(on: Left): Remains;
  something(on: Left): Remains;
  /** A state that nobody has seen before. */
  nextState(on: Left): string;
}

interface Left {
  key: string;
  claim: ClaimReference;
}

const NOTHING: Remains = { record: null, parts: [], sealedState: null };

/** Of 100 reports that leave something. */
const WITH_STATE = 40;

export function createRemains(world: {
  chance: Chance;
  cloud: Cloud;
  sealed: SealedStates;
}): RemainsTeller {
  const { chance, cloud, sealed } = world;
  let states = 0;

  function isOurs(key: string): boolean {
    const thing = cloud.get(key);
    return thing !== undefined && !thing.isForeign;
  }

  function nextState({ key, claim }: Left): string {
    states += 1;
    const state = `state-${states}-${claim.claimToken}`;
    sealed.bring(key, state, claim.claimToken);
    return state;
  }

  function something(on: Left): Remains {
    const sealedState = chance.in100(WITH_STATE) ? nextState(on) : null;
    return { record: { made: true }, parts: [], sealedState };
  }

  return {
    isOurs,
    of: (on) => (isOurs(on.key) ? something(on) : NOTHING),
    something,
    nextState,
  };
}

export function stateOf(report: Report): string | null {
  if (report.kind === 'destroyed' || report.kind === 'looked') return null;
  if (report.kind === 'applied' || report.kind === 'inspected') return report.sealedState;
  return report.kind === 'held' ? null : (report.remains?.sealedState ?? null);
}
