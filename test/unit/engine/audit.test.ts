import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_ENGINE_SETTINGS } from '../../../src/engine/context.ts';
import { forgettingOldAudit } from '../../../src/engine/housekeeping/audit.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import type { AuditRecord } from '../../../src/store/records.ts';
import { createEngineContext } from '../../support/engine-context.ts';

const KEPT_MS = 1_000;
const nowMs = 5_000;

/** In the order of time, as ids are. Entries of older versions say no outcome. */
async function left(entries: readonly Partial<AuditRecord>[], entriesMax: number) {
  const settings = {
    ...DEFAULT_ENGINE_SETTINGS,
    auditKeepMs: KEPT_MS,
    auditEntriesMax: entriesMax,
  };
  const opened = createEngineContext({ ...systemClock, nowMs: () => nowMs }, { settings });
  onTestFinished(() => opened.close());
  const { store } = opened.context;
  const writes = entries.map((entry, at) => {
    const id = String(at).padStart(6, '0');
    const whole = { id, actor: 'ci', action: 'run.cancel', subject: 'r', detail: {}, atMs: nowMs };
    const value: AuditRecord = { ...whole, ...entry };
    return { kind: 'put' as const, collection: 'audit' as const, key: id, value };
  });
  await store.commit({ scope: '@audit', expect: [], writes, events: [] });
  await forgettingOldAudit(opened.context).perform(new AbortController().signal);
  return (await store.find('audit')).map(({ value }) => Number(value.id));
}

test('entries of the audit log are forgotten when their time is over', async () => {
  const atMs = [nowMs - KEPT_MS - 1, nowMs - KEPT_MS, nowMs];
  expect(
    await left(
      atMs.map((at) => ({ atMs: at })),
      100,
    ),
  ).toEqual([1, 2]);
});

test('of too many entries the oldest are forgotten, however many there are', async () => {
  const many = Array.from({ length: 1_800 }, () => ({}));
  const kept = await left(many, 1_100);
  expect(kept).toHaveLength(1_100);
  expect(kept[0]).toBe(700);
});

test('a flood of refusals makes nobody forget a change', async () => {
  const flood = Array.from({ length: 700 }, () => ({ outcome: 'refused' as const }));
  const kept = await left([{}, { outcome: 'accepted' as const }, ...flood], 3);
  expect(kept).toEqual([0, 1, 699, 700, 701]);
});
