import { expect } from 'vitest';
import type { Bus } from '../../../src/bus/bus.ts';

/** What a suite's tests reach their bus through. */
export interface BusUnderTest {
  readonly bus: Bus;
}

/** Waits until `read` returns this: a bus over a network takes its time. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 10_000, interval: 5 });
}
