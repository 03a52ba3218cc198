import type { AuditRecord } from '../../store/records.ts';
import type { EngineContext } from '../context.ts';
import type { Duty } from '../duties/duties.ts';

const PAGE = 500;
const SCOPE = '@audit';
const HOUR_MS = 3_600_000;

/**
 * Forgets entries of the audit log that are old, and the oldest where there are too many. Changes and
 * refusals are counted apart: whoever is refused again and again makes nobody forget a change.
 */
export function forgettingOldAudit(context: EngineContext): Duty {
  return {
    name: 'forget old audit entries',
    everyMs: HOUR_MS,
    isForAll: true,
    perform: (signal) => forgetOldAudit(context, signal),
  };
}

async function forgetOldAudit(
  { store, clock, settings }: EngineContext,
  signal: AbortSignal,
): Promise<void> {
  const oldestMs = clock.nowMs() - settings.auditKeepMs;
  const kept = { accepted: 0, refused: 0 };
  const isOver = ({ atMs, outcome = 'accepted' }: AuditRecord) => {
    if (atMs < oldestMs || kept[outcome] >= settings.auditEntriesMax) return true;
    kept[outcome] += 1;
    return false;
  };
  for (let after: { afterKey?: string } = {}; !signal.aborted; ) {
    const page = await store.find('audit', { ...after, reverse: true, limit: PAGE });
    const over = page.filter(({ value }) => isOver(value));
    if (over.length > 0) {
      await store.commit({
        scope: SCOPE,
        expect: [],
        writes: over.map(({ value: { id } }) => ({ kind: 'delete', collection: 'audit', key: id })),
        events: [],
      });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = { afterKey: last.value.id };
  }
}
