import { type Loss, lossKey } from '../../../src/model/loss.ts';
import type { Grant, Order, Report } from '../../../src/model/order.ts';
import { failure } from '../../support/records.ts';
import type { Chance } from './chance.ts';
import type { Cloud } from './cloud.ts';
import type { Fate } from './fate.ts';
import { CLOUD, type Outages } from './outages.ts';
import type { RemainsTeller } from './remains.ts';
import type { Weather } from './weather.ts';

type Work = Parameters<RemainsTeller['of']>[0] & { order: Order; grant: Grant };

/** Why a worker does nothing, or nothing more, as it reports it. Undefined: nothing hinders it. */
export interface Hindrances {
  beforeEffect(on: Work, fate: Fate): Report | undefined;
  /** Its system does not answer: it is away, or cannot be reached from there. */
  cutOff(on: Work): Report | undefined;
}

const LOSS: Loss = { subject: 'part', action: 'replace', lines: [] };

export function createHindrances(world: {
  chance: Chance;
  weather: Weather;
  cloud: Cloud;
  outages: Outages;
  remains: RemainsTeller;
}): Hindrances {
  const { chance, weather, cloud, outages, remains } = world;

  function cutOff(on: Work): Report | undefined {
    const { operation } = on.order;
    if (operation === 'act' || on.grant.executor === 'external') return undefined;
    if (!outages.isAway && !chance.in100(weather.cutOff)) return undefined;
    const what = failure('no answer', { code: 'SYSTEM_UNAVAILABLE', system: CLOUD });
    const isLooking = operation === 'inspect' || operation === 'look';
    const left = isLooking ? null : remains.of(on);
    return { kind: 'failed', failure: what, retryable: true, remains: left };
  }

  /** It may replace something that nobody has approved. */
  function unseenLoss({ grant: { approvedLosses } }: Work): Report | undefined {
    const isOpen = approvedLosses !== null && !approvedLosses.includes(lossKey(LOSS));
    return isOpen && chance.in100(40) ? { kind: 'held', losses: [LOSS] } : undefined;
  }

  /** What is there of others is in the way, unless it is to be taken over. */
  function isTakeable({ order, key }: Work): boolean {
    const thing = cloud.get(key);
    if (order.operation === 'adopt') return thing !== undefined;
    return thing?.isForeign !== true || order.operation === 'destroy';
  }

  function refusal(on: Work): Report {
    const { order, key } = on;
    const code = order.operation === 'adopt' ? 'ADOPTION_REFUSED' : 'STEP_FAILED';
    const what = failure(`${key} is in the way, or not there`, { code });
    return { kind: 'failed', failure: what, retryable: false, remains: remains.of(on) };
  }

  return {
    cutOff,
    beforeEffect(on, fate) {
      const hindered = cutOff(on) ?? unseenLoss(on);
      if (hindered !== undefined) return hindered;
      return fate === 'refuses' || !isTakeable(on) ? refusal(on) : undefined;
    },
  };
}
