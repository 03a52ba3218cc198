const DAY_MS = 24 * 3_600_000;

/** `120`, or `Wed, 21 Oct 2026 07:28:00 GMT`, as milliseconds from now, at most a day. Null: nothing. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  if (text === '') return null;
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(DAY_MS, Math.max(0, waitMs));
}
