import { auditDocument } from '../../../documents/audit.ts';
import { auditEntries } from '../../../queries/audit.ts';
import type { Store } from '../../../store/store.ts';
import { auditTable } from '../../pages/audit.ts';
import type { Answer } from '../../session.ts';
import { parseTime } from '../../times.ts';

interface ListRequest {
  actor?: string | undefined;
  subject?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  limit: number;
}

export async function listAudit(
  store: Store,
  { since, until, ...request }: ListRequest,
): Promise<Answer> {
  const { entries } = await auditEntries(store, {
    ...request,
    sinceMs: since === undefined ? undefined : parseTime(since),
    untilMs: until === undefined ? undefined : parseTime(until),
  });
  return {
    lines: (palette) => auditTable(entries, palette),
    document: { audit: entries.map(auditDocument) },
  };
}
