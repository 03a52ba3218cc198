import type { CommandDelivery, Settlement } from '../bus/bus.ts';
import type { Command } from '../bus/messages/commands.ts';
import type { Desk } from '../desk/desk.ts';
import type { ErrorCode } from '../model/errors.ts';
import type { RunRecord } from '../model/run.ts';
import type { OrderDesk } from './desk/order-desk.ts';
import type { Plan } from './planner/plan.ts';
import type { ValidationWait } from './validation/validation.ts';

/** What became of a command. Durable when told. */
export type IntakeResult =
  | { outcome: 'accepted'; runId: string | null; repeated: boolean }
  | {
      outcome: 'rejected';
      code: ErrorCode;
      message: string;
      detail: string | null;
      repeated: boolean;
    };

/** The same of a delivery, with how it is to be settled. */
export type Received = IntakeResult & { settlement: Exclude<Settlement, 'again'> };

export interface CommandIdentity {
  source: string;
  id: string;
  /** What it is part of (W3C Trace Context); kept in its run. */
  traceparent?: string | undefined;
  /** Who sends it, for the audit log; absent: nobody knows more than its source. */
  actor?: string;
  /** The request that brought it, as logs name it. */
  requestId?: string;
}

export interface Engine {
  /** Takes up what was interrupted, then runs, dispatches and publishes. Returns what it took up. */
  start(): Promise<RunRecord[]>;

  /** Begins nothing more; what is under way is still recorded. */
  drain(): void;

  /**
   * Drains, hands its runs back and resolves when nothing of it is under way. Stop the workers
   * between `drain` and `stop`, so that their reports are recorded.
   */
  stop(): Promise<void>;

  /** The way in for commands from a program in this process: same intake, same checks. */
  submit(command: Command, identity: CommandIdentity): Promise<IntakeResult>;

  /** The way in for deliveries from the bus. Rejects only where nothing could be recorded. */
  receive(delivery: CommandDelivery): Promise<Received>;

  /** What a create, update or destroy would do now. Changes nothing. */
  preview(
    command: Extract<
      Command,
      { type: 'environment.create' | 'environment.update' | 'environment.destroy' }
    >,
  ): Promise<Plan>;

  /** Where workers of this process come. */
  desk: Desk;

  /** Where those of other processes come, over the API. */
  orderDesk: OrderDesk;

  /**
   * The status endpoints that a run asks now and that have not answered yet; for people who watch.
   * What else a run waits for is in its records.
   */
  validationWaits(runId: string): ValidationWait[];
}
