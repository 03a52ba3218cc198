import type { CommandType } from '../../bus/messages/commands.ts';
import type { BiotopeError } from '../../model/errors.ts';
import { digestJson } from '../../platform/digest.ts';
import type { InboxRecord } from '../../store/records.ts';
import type { CommandIdentity, IntakeResult } from '../engine.ts';
import { refuse } from './verdict.ts';

/** The key under which a command is remembered: CloudEvents' `source` and `id` together. */
export function inboxKey({ source, id }: CommandIdentity): string {
  return digestJson([source, id]);
}

export function inboxRecord(facts: {
  type: CommandType;
  identity: CommandIdentity;
  fingerprint: string;
  runId: string | null;
  error: BiotopeError | null;
  nowMs: number;
  keepMs: number;
}): InboxRecord {
  const { type, identity, fingerprint, runId, error, nowMs, keepMs } = facts;
  return {
    source: identity.source,
    id: identity.id,
    type,
    fingerprint,
    outcome: error === null ? 'accepted' : 'rejected',
    runId,
    rejection: error === null ? null : rejectionOf(error),
    receivedAtMs: nowMs,
    expiresAtMs: nowMs + keepMs,
  };
}

function rejectionOf({ code, message, detail }: BiotopeError): InboxRecord['rejection'] {
  return { code, message, detail: detail ?? null };
}

/** What was said the first time, said again. Another command under the same id is refused. */
export function repeatAnswer(known: InboxRecord, fingerprint: string): IntakeResult {
  if (known.fingerprint !== fingerprint) {
    throw refuse('COMMAND_REUSED', {
      message: `The id ${known.id} of ${known.source} was used for another command: use a new id.`,
      facts: { id: known.id, source: known.source },
    });
  }
  if (known.outcome === 'accepted') {
    return { outcome: 'accepted', runId: known.runId, repeated: true };
  }
  return {
    outcome: 'rejected',
    code: (known.rejection?.code ?? 'COMMAND_INVALID') as 'COMMAND_INVALID',
    message: known.rejection?.message ?? '',
    detail: known.rejection?.detail ?? null,
    repeated: true,
  };
}
