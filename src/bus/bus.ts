import type { EventRecord } from '../model/event.ts';
import type { Order, WorkerReport } from '../model/order.ts';

/**
 * The bus's port. One contract suite (test/contract/bus) holds for every adapter.
 * Everything is delivered at least once; receivers drop repetitions by the ids they carry.
 */

/** A command as it arrived: unchecked bytes with what the transport knows about them. */
export interface CommandDelivery {
  /** UTF-8 JSON, expected to be a CloudEvent in structured mode. */
  body: Uint8Array;
  /** The transport's own message id, where it has one. */
  messageId: string | null;
  /** What it is part of (W3C Trace Context), where the transport says so: its envelope may as well. */
  traceparent?: string | undefined;
}

/**
 * What became of a delivery. `done`: recorded durably, whether accepted or refused: it is
 * acknowledged. `again`: it could not be recorded now: it is delivered once more later. `dead`: it
 * was recorded, with this reason, that nobody understands it: a bus that keeps dead letters keeps it
 * among them before it is acknowledged; for others that is `done`.
 */
export type Settlement = 'done' | 'again' | { dead: string };

export interface Subscription {
  /** Takes no more; resolves once what was in hand is settled. */
  stop(): Promise<void>;
}

/**
 * Something may be worth a look. Best effort, to every process: nothing may depend on its arrival.
 * `run`: a run was changed from outside its holder. `cancel`: a run's steps should stop.
 */
export type Hint = { kind: 'run'; runId: string } | { kind: 'cancel'; runId: string };

export interface Bus {
  /** Resolves once the bus answers for the command. */
  sendCommand(delivery: CommandDelivery): Promise<void>;
  takeCommands(handle: (delivery: CommandDelivery) => Promise<Settlement>): Promise<Subscription>;

  /** Resolves once the bus answers for the event. May be called again with the same event. */
  publishEvent(event: EventRecord): Promise<void>;
  takeEvents(handle: (event: EventRecord) => void): Promise<Subscription>;

  /** Resolves once the bus answers for the order. May be called again with the same order. */
  sendOrder(order: Order): Promise<void>;
  /**
   * At most `concurrency` orders of the pool are in hand at once. An order is acknowledged when
   * `handle` calls `claimed` or resolves; until then the bus delivers it again if the taker dies.
   */
  takeOrders(
    pool: string,
    concurrency: number,
    handle: (order: Order, claimed: () => void) => Promise<void>,
  ): Promise<Subscription>;
  /** Orders of the pool that nobody has taken yet. */
  ordersWaiting(pool: string): Promise<number>;

  /** Resolves once the bus answers for the report. May be called again with the same report. */
  sendReport(report: WorkerReport): Promise<void>;
  /** Each goes to one taker, which settles it once it is recorded durably. */
  takeReports(handle: (report: WorkerReport) => Promise<Settlement>): Promise<Subscription>;

  hint(hint: Hint): void;
  takeHints(handle: (hint: Hint) => void): () => void;

  close(): Promise<void>;
}
