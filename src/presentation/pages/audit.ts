import type { AuditRecord } from '../../store/records.ts';
import type { Palette } from '../terminal/palette.ts';
import { printable, table } from '../terminal/table.ts';
import { formatTime } from './duration.ts';

export function auditTable(entries: readonly AuditRecord[], { columns }: Palette): string[] {
  if (entries.length === 0) return ['No entries.'];
  return table(
    ['at', 'actor', 'action', 'subject', 'outcome', 'run'],
    entries.map((entry) => [
      formatTime(entry.atMs),
      printable(entry.actor),
      printable(entry.action),
      printable(entry.subject),
      outcomeOf(entry),
      entry.runId ?? '',
    ]),
    { columns, lessImportant: ['run', 'at'] },
  );
}

function outcomeOf({ outcome, code, count = 1 }: AuditRecord): string {
  if (outcome !== 'refused') return 'accepted';
  const times = count > 1 ? `, ${count} times` : '';
  return `${code ?? 'refused'}${times}`;
}
