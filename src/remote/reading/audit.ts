import { auditSchema } from '../../documents/schema/audit.ts';
import { pageOf } from '../../documents/schema/common.ts';
import type { AuditRecord } from '../../store/records.ts';
import type { ApiClient } from '../client/client.ts';
import { listOf, type Reading, stored } from './reading.ts';

const ENTRIES_A_PAGE_MAX = 200;

const page = pageOf(auditSchema);

/** The audit log, newest first: as the API tells it. */
export function audit(client: ApiClient): Reading<'audit'> {
  return {
    get: async () => undefined,
    find: async ({ where, afterKey, limit = ENTRIES_A_PAGE_MAX }) => {
      const [actor] = listOf(where?.actor);
      const [subject] = listOf(where?.subject);
      const { items } = await client.get('/audit', page, {
        actor,
        subject,
        limit: Math.min(limit, ENTRIES_A_PAGE_MAX),
        // A cursor of the API is the key behind which its page begins.
        cursor: afterKey === undefined ? undefined : Buffer.from(afterKey).toString('base64url'),
      });
      return items.map((entry) => stored(auditFrom(entry)));
    },
  };
}

function auditFrom({
  at,
  run,
  request,
  ...entry
}: (typeof page)['_output']['items'][number]): AuditRecord {
  return { ...entry, atMs: Date.parse(at), runId: run, requestId: request };
}
