import type { Address } from '../model/address.ts';
import type { ClaimReference, Grant, Order, Report } from '../model/order.ts';
import type { BundleRecord } from '../model/template.ts';

/**
 * The desk: where workers come with an order and ask for its claim, bring heartbeats, logs and
 * checkpoints, and report. In the embedded whole the engine answers directly; a worker on another
 * machine reaches it over the server's API. A worker never touches the store.
 */

export interface Desk {
  /**
   * `dispatched` -> `running`, compare-and-set. Undefined: the order is not valid any more (older
   * epoch, taken back, claimed by another): drop it. An order may be brought again.
   */
  claim(order: Order, worker: string, attempt?: ClaimAttempt): Promise<Grant | undefined>;

  /**
   * Renews the claim's lease. `stop`: the claim is lost; end the work at once and report nothing.
   * `cancel`: end the work cleanly and report how far it came.
   */
  heartbeat(claim: ClaimReference): Promise<'go-on' | 'cancel' | 'stop'>;

  /** Keeps the executor's sealed state while it works. Later checkpoints replace earlier ones. */
  checkpoint(claim: ClaimReference, sealedState: string): Promise<void>;

  /** Told twice (same offset) it is kept once; beyond the log limit it is dropped with a mark. */
  log(claim: ClaimReference, claimNumber: number, offset: number, text: string): Promise<void>;

  /**
   * Records the outcome with its event. `refused`: epoch or claim is not the current one; the
   * outcome changes nothing, its sealed state is kept as evidence. May be called again.
   */
  report(claim: ClaimReference, report: Report): Promise<'recorded' | 'refused'>;

  /** The files of the template that the claimed step is built from. */
  bundle(digest: string, claim: ClaimReference): Promise<BundleRecord>;

  /** Whether the resource is recorded in an environment that lives: what is marked as its own is. */
  isRecorded(
    owner: { environment: string; identity: Address },
    claim: ClaimReference,
  ): Promise<boolean>;
}

/** For a way on which answers get lost. */
export interface ClaimAttempt {
  /** What the claim's token is to be: another one at each attempt, that nobody can guess. */
  token: string;
  /**
   * Tokens of earlier attempts whose answers never came. Nothing was begun under them: where one of
   * them was granted after all, the step goes back, and is ordered anew.
   */
  givenUp: readonly string[];
}
