import type { AuditRecord } from '../store/records.ts';
import { isoTime } from './time.ts';

/** An entry of the audit log. Those of older versions say less. */
export function auditDocument(record: AuditRecord) {
  const { id, atMs, actor, action, subject, detail } = record;
  return {
    id,
    at: isoTime(atMs),
    actor,
    action,
    subject,
    outcome: record.outcome ?? 'accepted',
    code: record.code ?? null,
    environment: record.environment ?? null,
    run: record.runId ?? null,
    request: record.requestId ?? null,
    count: record.count ?? 1,
    detail,
  };
}
