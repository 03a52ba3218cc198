import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../../src/platform/clock.ts';
import { paletteFor } from '../../../../src/presentation/terminal/palette.ts';
import { listAudit } from '../../../../src/presentation/usecases/audit/list-audit.ts';
import type { AuditRecord } from '../../../../src/store/records.ts';
import { createSqliteStore } from '../../../../src/store/sqlite/sqlite-store.ts';

/** As an older version wrote it. */
const OLD: AuditRecord = {
  id: '1',
  actor: 'cli',
  action: 'run.resolve',
  subject: 'run-1/web[0]',
  detail: { as: 'done' },
  atMs: Date.parse('2030-01-01T00:00:00Z'),
};

const REFUSED: AuditRecord = {
  ...OLD,
  id: '2',
  actor: 'address:10.0.0.1',
  action: 'GET /api/v1/info',
  subject: '',
  atMs: Date.parse('2030-01-02T00:00:00Z'),
  outcome: 'refused',
  code: 'UNAUTHENTICATED',
  environment: null,
  runId: null,
  requestId: null,
  count: 49,
};

async function listed(request: { since?: string; until?: string } = {}) {
  const store = createSqliteStore({ path: ':memory:', clock: systemClock });
  onTestFinished(() => store.close());
  const writes = [OLD, REFUSED].map(
    (value) => ({ kind: 'put', collection: 'audit', key: value.id, value }) as const,
  );
  await store.commit({ scope: '@audit', expect: [], writes, events: [] });
  return listAudit(store, { limit: 10, ...request });
}

test('the audit log is listed newest first, with what older versions wrote', async () => {
  const { document, lines } = await listed();
  expect(document).toMatchObject({
    audit: [
      { actor: 'address:10.0.0.1', outcome: 'refused', count: 49, at: '2030-01-02T00:00:00.000Z' },
      { actor: 'cli', outcome: 'accepted', code: null, request: null, count: 1 },
    ],
  });
  const [head, first, second] = lines({ ...paletteFor(process.stdout), columns: 200 });
  expect(head).toMatch(/^at +actor +action +subject +outcome/i);
  expect(first).toContain('UNAUTHENTICATED, 49 times');
  expect(second).toContain('run-1/web[0]');
});

test('the audit log is listed for a time', async () => {
  const { document } = await listed({ until: '2030-01-02T00:00Z' });
  expect(document).toMatchObject({ audit: [{ id: '1' }] });
  const since = await listed({ since: '2030-01-02T00:00Z' });
  expect(since.document).toMatchObject({ audit: [{ id: '2' }] });
});
