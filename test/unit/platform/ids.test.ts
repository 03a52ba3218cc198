import { expect, test } from 'vitest';
import { createIds, systemIds } from '../../../src/platform/ids.ts';

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids are of version 7, each is new, and a later one sorts after an earlier one', () => {
  const ids = Array.from({ length: 10_000 }, systemIds);
  expect(ids.every((id) => SHAPE.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

test('ids say when they were made', () => {
  const atMs = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
  const id = createIds(() => atMs)();
  expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(atMs);
});

test('ids go on growing while the clock stands, goes back and goes on', () => {
  const times = [5_000, 5_000, 4_000, 1, 5_000, 5_001, 9_000, 8_999];
  let at = 0;
  const next = createIds(() => times[at++ % times.length] ?? 0);
  const ids = Array.from({ length: 500 }, next);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
