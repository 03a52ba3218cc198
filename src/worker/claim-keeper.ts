import type { Desk } from '../desk/desk.ts';
import type { ClaimReference } from '../model/order.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';

/**
 * Keeps one claim alive by heartbeats. States:
 *
 *   held -> held (a heartbeat was answered) | lost (told to stop, or the lease is about to end)
 *   held -> reporting (the report is being brought) -> released | lost (the lease is about to end)
 *   reporting -> lingering (a bus has the report) -> released
 *
 * The lease is counted from the moment a heartbeat is sent, by timers and not by the time of day,
 * which may jump: so this side lets go before the other side may give the step to somebody else.
 */
export interface ClaimKeeper {
  /** Aborted once the claim is lost: nothing may be reported any more. */
  lost: AbortSignal;
  /**
   * To be awaited right before an effect. Resolves at once, unless a good part of the lease has passed
   * since the claim was confirmed last: the grant was long on its way, or this process was stopped.
   * Then whoever gave the claim is asked first, and it resolves once he says yes, or the claim is lost.
   *
   * A process that is stopped between this and the first thing that its effect does will do that when
   * it wakes. Its records are refused then; nobody can refuse what it does to the world outside.
   */
  confirm(): Promise<void>;
  /** A heartbeat now: there may be news. */
  ask(): void;
  /** The report is being brought: its answer, and no heartbeat's, says whether the claim held. */
  reporting(): void;
  /**
   * The report is on its way over a bus, which tells nothing of its end: the claim is kept until whoever
   * gave it says that it is over, so that nobody takes the step for lost meanwhile.
   */
  linger(onOver: () => void): void;
  release(): void;
}

export interface ClaimTerms {
  desk: Desk;
  claim: ClaimReference;
  leaseMs: number;
  /** How long ago the claim was asked for. */
  ageMs: number;
  clock: Clock;
  log: Logger;
  /** May be called more than once. */
  onCancel(): void;
}

export function keepClaim(terms: ClaimTerms): ClaimKeeper {
  const { clock, leaseMs } = terms;
  const usableMs = leaseMs - leaseMs / MARGIN_PART;
  const controller = new AbortController();
  let confirmedAtMs = clock.monotonicMs() - terms.ageMs;
  let news: PromiseWithResolvers<void> | undefined;
  let released = false;
  let isReporting = false;
  let beating = false;
  let askedMeanwhile = false;
  let onOver: (() => void) | undefined;
  let fence = fenceIn(Math.max(0, usableMs - terms.ageMs));
  let next = beatIn(leaseMs / BEATS_PER_LEASE);

  function fenceIn(delayMs: number): Timer {
    return clock.setTimer(delayMs, askLast);
  }

  /**
   * The lease is about to end, or ended while this process slept: one more question decides. Whoever
   * still holds the claim for us says so; silence means that it is lost.
   */
  function askLast(): void {
    if (isOver()) return;
    const silence = 'no heartbeat was answered before the lease ended';
    fence = clock.setTimer(leaseMs / LAST_CALL_PART, () => lose(silence));
    if (beating) return;
    next.cancel();
    void beat();
  }

  function beatIn(delayMs: number): Timer {
    return clock.setTimer(delayMs, () => {
      void beat();
    });
  }

  const isOver = () => released || controller.signal.aborted;

  function release(): void {
    released = true;
    clearTimers();
    onOver?.();
  }

  function lose(why: string): void {
    if (isOver()) return;
    if (onOver !== undefined) {
      release();
      return;
    }
    terms.log.warn({ ...place(terms.claim) }, `The claim of a step is lost: ${why}.`);
    controller.abort(new Error(`The claim is lost: ${why}.`));
    tellNews();
    clearTimers();
  }

  /** Once the report is recorded there is no claim any more, and nothing to warn of. */
  function giveUp(): void {
    if (onOver !== undefined) release();
    else if (isReporting) terms.log.debug(place(terms.claim), 'A heartbeat met the report.');
    else lose('the server gave it up');
  }

  function clearTimers(): void {
    fence.cancel();
    next.cancel();
  }

  async function beat(): Promise<void> {
    if (isOver()) return;
    beating = true;
    askedMeanwhile = false;
    const askedAtMs = clock.monotonicMs();
    const renewed = fenceIn(usableMs);
    const answer = await ask(terms);
    beating = false;
    if (isOver() || answer === undefined) renewed.cancel();
    if (isOver()) return;
    if (answer === 'stop') {
      renewed.cancel();
      return giveUp();
    }
    if (answer !== undefined) {
      fence.cancel();
      fence = renewed;
      confirmedAtMs = askedAtMs;
      tellNews();
    }
    if (answer === 'cancel') terms.onCancel();
    next = beatIn(pauseMs(answer));
  }

  function pauseMs(answer: string | undefined): number {
    if (askedMeanwhile) return 0;
    return leaseMs / (answer === undefined ? RETRIES_PER_LEASE : BEATS_PER_LEASE);
  }

  function askNow(): void {
    askedMeanwhile = true;
    if (beating || isOver()) return;
    next.cancel();
    void beat();
  }

  function tellNews(): void {
    news?.resolve();
    news = undefined;
  }

  async function confirm(): Promise<void> {
    let ageMsMax = leaseMs / BEATS_PER_LEASE;
    while (!isOver() && clock.monotonicMs() - confirmedAtMs > ageMsMax) {
      news ??= Promise.withResolvers();
      const { promise } = news;
      askNow();
      await promise;
      // However slow the answers are, one that came in time counts.
      ageMsMax = usableMs;
    }
  }

  return {
    lost: controller.signal,
    confirm,
    ask: askNow,
    reporting: () => {
      isReporting = true;
    },
    linger: (whenOver) => {
      onOver = whenOver;
    },
    release,
  };
}

const BEATS_PER_LEASE = 3;

/** After a heartbeat that was not answered the next one comes sooner. */
const RETRIES_PER_LEASE = 12;

/** One sixth of the lease stays unused: the time to ask a last time, and to let go. */
const MARGIN_PART = 6;

/** How long the answer to the last question may take: half of that margin. */
const LAST_CALL_PART = 12;

/** Undefined: nobody answered. */
async function ask({ desk, claim, log }: ClaimTerms): Promise<Heartbeat | undefined> {
  try {
    return await desk.heartbeat(claim);
  } catch (error) {
    log.warn({ ...place(claim), err: error }, 'A heartbeat was not answered.');
    return undefined;
  }
}

type Heartbeat = Awaited<ReturnType<Desk['heartbeat']>>;

/** The token stays out of logs. */
function place({ runId, environment, address }: ClaimReference) {
  return { runId, environment, address };
}
