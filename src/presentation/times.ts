import { BiotopeError } from '../model/errors.ts';

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** `90s`, `10m`, `1.5h` as milliseconds. Rejects with USAGE. */
export function parseDuration(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount !== undefined && isUnit(unit)) return Math.round(Number(amount) * UNITS_MS[unit]);
  throw new BiotopeError('USAGE', {
    message: `${JSON.stringify(text)} is no duration: write a number with ms, s, m, h or d, such as 90s or 10m.`,
  });
}

/** What commands are asked that wait. */
export interface Timed {
  timeout?: string | undefined;
  /** False: the run is begun only. */
  wait?: boolean | undefined;
}

/** Null: as long as it takes. Rejects with USAGE. */
export function timeoutOf({ timeout }: Timed): number | null {
  return timeout === undefined ? null : parseDuration(timeout);
}

function isUnit(unit: string | undefined): unit is keyof typeof UNITS_MS {
  return unit !== undefined && unit in UNITS_MS;
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
