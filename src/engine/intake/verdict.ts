import { BiotopeError, type ErrorCode, type ErrorFacts } from '../../model/errors.ts';
import type { RunRecord } from '../../model/run.ts';
import type { Transaction } from '../../store/store.ts';
import type { Audited } from './audit.ts';

/** What an accepted command changes. The inbox entry is added by intake, in the same transaction. */
export interface Acceptance extends Transaction {
  runId: string | null;
  /** For the entry of the audit log. */
  audited?: Audited;
}

/** A refusal: recorded under the command's id, told to whoever sent it. */
export function refuse(code: ErrorCode, facts: ErrorFacts): BiotopeError {
  return new BiotopeError(code, facts);
}

export type NewRun = Pick<RunRecord, 'environment' | 'kind' | 'order' | 'template' | 'parameters'> &
  Partial<
    Pick<
      RunRecord,
      | 'asked'
      | 'reconcile'
      | 'action'
      | 'description'
      | 'tags'
      | 'protect'
      | 'requireApproval'
      | 'approval'
      | 'schedule'
      | 'plannedDestructionAtMs'
      | 'retryOf'
    >
  >;
