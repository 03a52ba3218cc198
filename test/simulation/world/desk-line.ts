import type { Desk } from '../../../src/desk/desk.ts';
import { isBiotopeError } from '../../../src/model/errors.ts';
import type { ClaimReference, Grant, Order, Report } from '../../../src/model/order.ts';
import { sleep } from '../../../src/platform/clock.ts';
import type { Chronicle } from '../model/chronicle.ts';
import type { Dealings } from '../model/claims.ts';
import type { Chance } from './chance.ts';
import type { Process } from './process.ts';
import type { Weather } from './weather.ts';

/** The way of a worker to whoever keeps a desk. Undefined: nobody answered. */
export interface DeskLine {
  claim(order: Order, worker: string): Promise<Grant | undefined>;
  heartbeat(claim: ClaimReference): Promise<'go-on' | 'cancel' | 'stop' | undefined>;
  checkpoint(claim: ClaimReference, state: string): Promise<'kept' | 'refused' | undefined>;
  report(claim: ClaimReference, report: Report): Promise<'recorded' | 'refused' | undefined>;
}

interface Surroundings {
  weather: Weather;
  chance: Chance;
  chronicle: Chronicle;
  dealings: Dealings;
  /** One that is there now, if any. */
  desk(): Desk | undefined;
}

/** A refusal is an answer, too. */
async function keep(desk: Desk, claim: ClaimReference, state: string): Promise<'kept' | 'refused'> {
  try {
    await desk.checkpoint(claim, state);
    return 'kept';
  } catch (error) {
    if (isBiotopeError(error, 'CLAIM_REFUSED')) return 'refused';
    throw error;
  }
}

const ANSWER_WITHIN_MS = 3_000;
const PAUSE_MS = 700;
const CLAIMS_MAX = 3;
const REPORTS_MAX = 12;

export function createDeskLine(process: Process, around: Surroundings): DeskLine {
  const { weather, chance, chronicle, dealings } = around;
  let claims = 0;

  /** One question: it gets lost, or its answer does, or it arrives twice. */
  async function ask<T>(question: (desk: Desk) => Promise<T>): Promise<T | undefined> {
    return process.through(async () => {
      const desk = around.desk();
      if (desk === undefined || chance.in100(weather.deskLost)) return silence();
      if (chance.in100(weather.deskTwice)) void question(desk).catch(judge);
      const answer = await Promise.race([question(desk).catch(judge), silence()]);
      return chance.in100(weather.deskLost) ? silence() : answer;
    });
  }

  async function silence(): Promise<undefined> {
    await sleep(process.clock, ANSWER_WITHIN_MS);
  }

  /** What no repetition mends is a fault of the desk. */
  function judge(error: unknown): undefined {
    if (isBiotopeError(error) && error.entry.retryable) return;
    chronicle.complain(`the desk failed: ${error instanceof Error ? error.stack : String(error)}`);
  }

  async function insist<T>(
    timesMax: number,
    question: (desk: Desk) => Promise<T>,
  ): Promise<T | undefined> {
    for (let times = 1; times <= timesMax; times += 1) {
      const answer = await ask(question);
      if (answer !== undefined) return answer;
      await sleep(process.clock, PAUSE_MS);
    }
    return undefined;
  }

  return {
    claim: async (order, worker) => {
      const givenUp: string[] = [];
      for (let times = 1; times <= CLAIMS_MAX; times += 1) {
        const attempt = { token: `${worker}-claim-${++claims}`, givenUp: [...givenUp] };
        // A desk that refuses answers, too: undefined has to be told from silence.
        const answer = await ask(async (desk) => ({
          grant: await desk.claim(order, worker, attempt),
        }));
        if (answer !== undefined) return answer.grant;
        givenUp.push(attempt.token);
        dealings.givenUp(attempt.token);
        await sleep(process.clock, PAUSE_MS);
      }
      return undefined;
    },
    heartbeat: (claim) => ask((desk) => desk.heartbeat(claim)),
    checkpoint: (claim, state) => ask((desk) => keep(desk, claim, state)),
    report: (claim, report) => insist(REPORTS_MAX, (desk) => desk.report(claim, report)),
  };
}
