import { describe, expect, it } from 'vitest';
import {
  environmentPage,
  environmentTable,
} from '../../../../src/presentation/pages/environments.ts';
import { expiryText } from '../../../../src/presentation/pages/expiry.ts';
import { parseTime } from '../../../../src/presentation/times.ts';
import { anEnvironment, palette } from '../samples.ts';

const HOUR_MS = 3_600_000;
const ending = (plannedDestructionAtMs: number | null) => anEnvironment({ plannedDestructionAtMs });

describe('when an environment ends', () => {
  it.each([
    [52, 'expires in 2 d 4 h'],
    [0.5, 'expires in 30 min 00 s'],
    [-3, 'expired 3 h 00 min ago'],
  ])('is told from now: %d hours', (hours, told) => {
    expect(expiryText(ending(hours * HOUR_MS), 0)).toBe(told);
  });

  it('is not told of what is to stay, nor of what is gone', () => {
    expect(expiryText(ending(null), 0)).toBe('');
    expect(expiryText({ ...ending(1), status: 'destroyed' }, 0)).toBe('');
  });

  it('stands on its page, and in a list in which any ends', () => {
    const environment = ending(52 * HOUR_MS);
    const page = environmentPage(
      { environment, resources: [], groups: [], lastRun: null, nowMs: 0 },
      palette,
    );
    expect(page).toContain('Ends:         1970-01-03 04:00:00Z (expires in 2 d 4 h)');
    const list = (...all: ReturnType<typeof ending>[]) =>
      environmentTable(all, { palette, nowMs: 0 });
    expect(list(ending(null))[0]).not.toContain('EXPIRY');
    expect(list(ending(null), environment).join()).toContain('expires in 2 d 4 h');
  });
});

describe('a time', () => {
  it.each([
    ['2026-12-01', '2026-12-01T00:00:00.000Z'],
    ['2026-12-01T08:30Z', '2026-12-01T08:30:00.000Z'],
    ['2026-12-01T08:30:15+02:00', '2026-12-01T06:30:15.000Z'],
    ['2026-12-01T08:30:15.5Z', '2026-12-01T08:30:15.500Z'],
  ])('is read with its zone: %s', (text, time) => {
    expect(new Date(parseTime(text)).toISOString()).toBe(time);
  });

  it.each(['', '7d', 'tomorrow', '2026-12-01T08:30', '2026-02-30', '2026-13-01', '12/01/2026'])(
    '%j is refused with advice',
    (text) => {
      expect(() => parseTime(text)).toThrow(/such as 2026-12-01T00:00Z/);
    },
  );
});
