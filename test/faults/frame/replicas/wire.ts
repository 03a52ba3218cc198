import type { Command } from '../../../../src/bus/messages/commands.ts';
import type { IntakeResult } from '../../../../src/engine/engine.ts';
import type { ErrorCode } from '../../../../src/model/errors.ts';
import type { Committed, Transaction } from '../../../../src/store/store.ts';

/** What a replica and the process that holds the store say to each other. */
export type ToReplica =
  | { kind: 'submit'; id: string; command: Command }
  | { kind: 'answer'; id: number; result: unknown }
  | { kind: 'refusal'; id: number; code: ErrorCode; message: string }
  | { kind: 'committed'; transaction: Transaction; committed: Committed };

export type FromReplica =
  | { kind: 'ready'; holder: string }
  | { kind: 'submitted'; id: string; answer: IntakeResult }
  | { kind: 'call'; id: number; method: StoreMethod; args: unknown[] };

export const STORE_METHODS = [
  ...(['commit', 'markPublished', 'appendLog'] as const),
  ...(['get', 'find', 'events', 'publishedThrough', 'changes', 'readLog'] as const),
] as const;

export type StoreMethod = (typeof STORE_METHODS)[number];

/** Short, so that a pause can be longer. */
export const LEASE_MS = 1_000;
