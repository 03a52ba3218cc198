import type { AuditRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';

export interface AuditQuery {
  actor?: string | undefined;
  subject?: string | undefined;
  /** Inclusive; undefined: from the beginning. */
  sinceMs?: number | undefined;
  /** Exclusive. */
  untilMs?: number | undefined;
  limit: number;
  /** `next` of the page before. */
  afterKey?: string | undefined;
}

export interface AuditPage {
  entries: AuditRecord[];
  /** Where the next page begins; null: that was all. */
  next: string | null;
}

const AT_ONCE = 200;

/** Newest first. */
export async function auditEntries(store: Store, query: AuditQuery): Promise<AuditPage> {
  const { sinceMs = 0, untilMs = Number.POSITIVE_INFINITY, limit } = query;
  const entries: AuditRecord[] = [];
  for await (const record of newestFirst(store, query)) {
    // Keys are in the order of time: what comes behind is older still.
    if (record.atMs < sinceMs) break;
    if (record.atMs < untilMs) entries.push(record);
    if (entries.length === limit) return { entries, next: record.id };
  }
  return { entries, next: null };
}

async function* newestFirst(
  store: Store,
  { actor, subject, afterKey: first }: AuditQuery,
): AsyncGenerator<AuditRecord> {
  const where = {
    ...(actor === undefined ? {} : { actor }),
    ...(subject === undefined ? {} : { subject }),
  };
  for (let afterKey = first; ; ) {
    const after = afterKey === undefined ? {} : { afterKey };
    const query = { where, ...after, reverse: true, limit: AT_ONCE };
    const page = await store.find('audit', query);
    for (const { value } of page) yield value;
    if (page.length < AT_ONCE) return;
    afterKey = page.at(-1)?.value.id;
  }
}
