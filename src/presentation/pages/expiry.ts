import type { EnvironmentRecord } from '../../model/environment.ts';
import { BiotopeError } from '../../model/errors.ts';
import { formatDuration } from './duration.ts';

type Ending = Pick<EnvironmentRecord, 'status' | 'plannedDestructionAtMs'>;

/** `expires in 2 d 4 h`, `expired 3 h 10 min ago`; empty for what is to stay, or is gone. */
export function expiryText({ status, plannedDestructionAtMs }: Ending, nowMs: number): string {
  if (plannedDestructionAtMs === null || status === 'destroyed') return '';
  const aheadMs = plannedDestructionAtMs - nowMs;
  return aheadMs > 0
    ? `expires in ${formatDuration(aheadMs)}`
    : `expired ${formatDuration(-aheadMs)} ago`;
}

const TIME =
  /^(?<date>\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** `2026-12-01`, `2026-12-01T00:00Z`, `2026-12-01T08:30+02:00`. Rejects with USAGE. */
export function parseTime(text: string): number {
  const { date = '' } = TIME.exec(text)?.groups ?? {};
  const [dayMs, atMs] = [Date.parse(date), Date.parse(text)];
  // February 30 is read as a day of March.
  const isDay = !Number.isNaN(dayMs) && new Date(dayMs).toISOString().startsWith(date);
  if (isDay && !Number.isNaN(atMs)) return atMs;
  throw new BiotopeError('USAGE', {
    message: `${JSON.stringify(text)} is no time: write one with its zone, such as 2026-12-01T00:00Z.`,
  });
}
