import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../src/platform/backoff.ts';

const RETRY = { initialDelayMs: 100, delayMaxMs: 5_000 };

describe('the pause before another attempt', () => {
  test('doubles up to its bound', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => backoffMs(RETRY, attempt, () => 1));
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  test('is half chance, so that many do not come back at one moment', () => {
    expect(backoffMs(RETRY, 3, () => 0)).toBe(200);
    expect(backoffMs(RETRY, 3, () => 0.5)).toBe(300);
  });

  test('is always a whole number between half its bound and its bound', () => {
    const delays = fc.record({ initialDelayMs: fc.nat(10_000), delayMaxMs: fc.nat(100_000) });
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(delays, fc.nat(5_000), chance, (backoff, attempt, random) => {
        const pauseMs = backoffMs(backoff, attempt, () => random);
        expect(Number.isInteger(pauseMs)).toBe(true);
        expect(pauseMs).toBeGreaterThanOrEqual(0);
        expect(pauseMs).toBeLessThanOrEqual(backoff.delayMaxMs);
      }),
    );
  });

  test('never shrinks from one attempt to the next', () => {
    fc.assert(
      fc.property(fc.nat(3_000), (attempt) => {
        const half = () => 0.5;
        expect(backoffMs(RETRY, attempt + 1, half)).toBeGreaterThanOrEqual(
          backoffMs(RETRY, attempt, half),
        );
      }),
    );
  });
});
