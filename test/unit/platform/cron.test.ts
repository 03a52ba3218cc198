import { describe, expect, it } from 'vitest';
import { timetableFault, turnsOf } from '../../../src/platform/cron.ts';

const at = (text: string) => Date.parse(text);
const iso = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString());

describe('a timetable', () => {
  it.each([
    ['0 */6 * * *', 'UTC', '2026-03-01T06:00:00.000Z', '2026-03-01T12:00:00.000Z'],
    ['0 3 * * *', 'Europe/Berlin', '2026-03-01T02:00:00.000Z', '2026-03-02T02:00:00.000Z'],
    ['30 1 1 * *', 'UTC', '2026-03-01T01:30:00.000Z', '2026-04-01T01:30:00.000Z'],
    ['0 0 29 2 *', 'UTC', '2024-02-29T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 * * MON', 'UTC', '2026-02-23T00:00:00.000Z', '2026-03-02T00:00:00.000Z'],
  ])('%s in %s has a turn before a moment and one after it', (schedule, timeZone, last, next) => {
    const turns = turnsOf({ schedule, timeZone });
    const moment = at('2026-03-01T07:12:31.250Z');
    expect(iso(turns.lastAt(moment))).toBe(last);
    expect(iso(turns.nextAfter(moment))).toBe(next);
  });

  it('counts a turn at the very moment as the last one, not as the next', () => {
    const turns = turnsOf({ schedule: '0 * * * *', timeZone: 'UTC' });
    const moment = at('2026-03-01T07:00:00.000Z');
    expect(turns.lastAt(moment)).toBe(moment);
    expect(turns.lastAt(moment - 1)).toBe(moment - 3_600_000);
    expect(turns.nextAfter(moment)).toBe(moment + 3_600_000);
  });

  it('keeps its hour when the clocks change, and leaves no day out', () => {
    const turns = turnsOf({ schedule: '30 2 * * *', timeZone: 'Europe/Berlin' });
    const days = [at('2026-03-28T00:00:00Z')];
    for (let day = 0; day < 3; day += 1) days.push(turns.nextAfter(days.at(-1) ?? 0) ?? 0);
    const dates = days.slice(1).map((atMs) => iso(atMs)?.slice(0, 10));
    expect(dates).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
  });

  it.each([
    ['', 'UTC', 'is no cron expression'],
    ['every day', 'UTC', 'is no cron expression'],
    ['* * * *', 'UTC', 'is no cron expression'],
    ['* * * * * *', 'UTC', 'is no cron expression'],
    ['61 * * * *', 'UTC', 'is no cron expression'],
    ['0 0 31 2 *', 'UTC', 'has no turn'],
    ['0 0 * * *', 'Europe/Berlln', 'there is no time zone "Europe/Berlln"'],
  ])('refuses %j in %s: it %s', (schedule, timeZone, fault) => {
    expect(timetableFault({ schedule, timeZone })).toContain(fault);
  });

  it('finds no fault in what has turns', () => {
    expect(timetableFault({ schedule: '0 */6 * * *', timeZone: 'Europe/Berlin' })).toBeNull();
  });
});
