import { describe, expect, test } from 'vitest';
import type { Command } from '../../../../src/bus/messages/commands.ts';
import type { ResourceRecord } from '../../../../src/model/resource.ts';
import type { RunRecord, RunStatus } from '../../../../src/model/run.ts';
import type { StepRecord } from '../../../../src/model/step.ts';
import type { Write } from '../../../../src/store/store.ts';
import { intakeRoom, putRun, putShop, submit } from '../../../support/intake.ts';
import {
  resource as resourceRecord,
  run as runRecord,
  step as stepRecord,
} from '../../../support/records.ts';
import type { Room } from '../../../support/room.ts';

const update = (name: string): Command => ({ type: 'environment.update', data: { name } });

describe('a command about a run', () => {
  const ENDED: RunStatus[] = ['succeeded', 'failed', 'cancelled'];
  const STATUSES: RunStatus[] = ['queued', 'planning', 'awaiting-approval', 'running', ...ENDED];

  test.for(STATUSES)('cancels one that is %s, unless it has ended', async (status) => {
    const opened = await withRun({ status });
    const answer = await about(opened, 'run.cancel');
    const run = await opened.run('run-1');
    if (ENDED.includes(status)) {
      expect(answer).toMatchObject({ code: 'RUN_FINISHED' });
      return expect(run.status).toBe(status);
    }
    expect(answer).toMatchObject({ outcome: 'accepted', runId: 'run-1' });
    // What has not begun ends here and now; the rest is asked to.
    if (status === 'queued') expect(run).toMatchObject({ status: 'cancelled' });
    else expect(run).toMatchObject({ status, cancelRequestedAtMs: opened.clock.nowMs() });
  });

  test.for(STATUSES)('retries one that is %s, only if it ended badly', async (status) => {
    const opened = await withRun({ status, parameters: { size: 3 }, tags: ['x'] });
    const answer = await about(opened, 'run.retry');
    if (status === 'succeeded') return expect(answer).toMatchObject({ code: 'RUN_FINISHED' });
    if (!ENDED.includes(status)) return expect(answer).toMatchObject({ code: 'RUN_NOT_FINISHED' });
    if (answer.outcome === 'rejected') throw new Error(answer.message);
    expect(await opened.run(answer.runId ?? '')).toMatchObject({
      retryOf: 'run-1',
      // The environment is there by now.
      kind: 'update',
      status: 'queued',
      order: 2,
      parameters: { size: 3 },
      tags: ['x'],
    });
  });

  test('retries only the last one: an older one would turn time back', async () => {
    const opened = await withRun({ status: 'failed' });
    await submit(opened, update('shop'), 'u1');
    expect(await about(opened, 'run.retry')).toMatchObject({
      code: 'RUN_FINISHED',
      message: expect.stringContaining('not the last one'),
    });
  });

  test.for(['run.cancel', 'run.retry', 'run.resolve'] as const)(
    'that does not exist is refused: %s',
    async (type) => {
      const opened = await intakeRoom();
      expect(await about(opened, type)).toMatchObject({ code: 'RUN_NOT_FOUND' });
    },
  );
});

describe('a command that resolves a step', () => {
  const unknown = { status: 'unknown', needsResolve: true, fingerprint: 'sha256:1' } as const;

  test.for<StepRecord['status']>([
    'pending',
    'dispatched',
    'running',
    'parked',
    'succeeded',
    'failed',
    'cancelled',
    'skipped',
  ])('is refused for one that is %s', async (status) => {
    const opened = await withRun({ status: 'running' }, { status });
    expect(await about(opened, 'run.resolve')).toMatchObject({
      code: 'STEP_NOT_UNKNOWN',
      message: expect.stringContaining(`web is ${status}`),
    });
  });

  test('is refused while somebody can still find out, and for a step that is none', async () => {
    const opened = await withRun({ status: 'running' }, { status: 'unknown', needsResolve: false });
    expect(await about(opened, 'run.resolve')).toMatchObject({ code: 'STEP_NOT_UNKNOWN' });
    const data = { run: 'run-1', step: 'other', as: 'done' } as const;
    expect(await submit(opened, { type: 'run.resolve', data }, 'c9')).toMatchObject({
      code: 'STEP_NOT_FOUND',
    });
  });

  test('as done makes of it what it was to be, and says who said so', async () => {
    const opened = await withRun({ status: 'failed' }, unknown, { outputs: { old: 1, url: 'x' } });
    const data = { run: 'run-1', step: 'web', as: 'done', outputs: { url: 'y' } } as const;
    await submit(opened, { type: 'run.resolve', data }, 'c1', 'alice');
    const { store } = opened.context;
    expect(await opened.step('run-1', 'web[0]')).toMatchObject({
      status: 'succeeded',
      result: 'created',
      needsResolve: false,
    });
    expect((await store.get('resources', 'shop/web[0]'))?.value).toMatchObject({
      status: 'ok',
      fingerprint: 'sha256:1',
      outputs: { old: 1, url: 'y' },
    });
    expect((await store.find('audit')).map(({ value }) => value)).toMatchObject([
      {
        actor: 'alice',
        action: 'run.resolve',
        subject: 'run-1/web[0]',
        // Their names only: their values may be what nobody should read here.
        detail: { as: 'done', outputs: ['url'] },
      },
    ]);
  });

  test('as done removes what was to be removed', async () => {
    const opened = await withRun({ status: 'failed' }, { ...unknown, action: 'remove' });
    await about(opened, 'run.resolve');
    expect(await opened.context.store.get('resources', 'shop/web[0]')).toBeUndefined();
    expect(await opened.step('run-1', 'web[0]')).toMatchObject({ result: 'removed' });
  });

  test.for([
    { action: 'create', as: 'not-started' },
    { action: 'remove', as: 'done' },
  ] as const)('takes no outputs of a step to $action that is $as', async ({ action, as }) => {
    const opened = await withRun({ status: 'failed' }, { ...unknown, action });
    const data = { run: 'run-1', step: 'web', as, outputs: { url: 'y' } };
    expect(await submit(opened, { type: 'run.resolve', data }, 'c1')).toMatchObject({
      code: 'COMMAND_INVALID',
      message: expect.stringContaining('it has no outputs: leave them out'),
    });
    expect(await opened.step('run-1', 'web[0]')).toMatchObject({ status: 'unknown' });
  });

  test.for<[RunStatus, StepRecord['status']]>([
    ['running', 'pending'],
    ['failed', 'failed'],
  ])('as not started, in a run that is %s, leaves it %s', async ([status, expected]) => {
    const opened = await withRun({ status }, unknown);
    const data = { run: 'run-1', step: 'web[0]', as: 'not-started' } as const;
    await submit(opened, { type: 'run.resolve', data }, 'c1');
    expect(await opened.step('run-1', 'web[0]')).toMatchObject({
      status: expected,
      needsResolve: false,
    });
    const record = await opened.context.store.get('resources', 'shop/web[0]');
    expect(record?.value.status).toBe('failed');
  });

  test.for(['ok', 'failed'] as const)(
    'is refused once a later run has settled its resource: %s',
    async (status) => {
      const opened = await withRun({ status: 'failed' }, unknown, {
        status,
        runId: 'run-2',
        fingerprint: 'sha256:2',
      });
      expect(await about(opened, 'run.resolve')).toMatchObject({ code: 'STEP_NOT_UNKNOWN' });
      const record = await opened.context.store.get('resources', 'shop/web[0]');
      expect(record?.value).toMatchObject({ status, fingerprint: 'sha256:2' });
    },
  );
});

/** A room in whose store there is one run, with one step and its resource where a test asks for it. */
function withRun(
  facts: Partial<RunRecord>,
  step?: Partial<StepRecord>,
  made: Partial<ResourceRecord> = {},
): Promise<Room> {
  const writes: Write[] = [putRun(runRecord(facts)), ...putShop('failed', 1)];
  if (step !== undefined) {
    const value = stepRecord({ runId: 'run-1', address: 'web[0]', label: 'web', ...step });
    const record = resourceRecord({ id: 'web', executor: 'ledger', status: 'unknown', ...made });
    writes.push({ kind: 'put', collection: 'steps', key: 'run-1/web[0]', value });
    writes.push({ kind: 'put', collection: 'resources', key: 'shop/web[0]', value: record });
  }
  return intakeRoom(writes);
}

function about(opened: Room, type: 'run.cancel' | 'run.retry' | 'run.resolve') {
  const command: Command =
    type === 'run.resolve'
      ? { type, data: { run: 'run-1', step: 'web', as: 'done' } }
      : { type, data: { run: 'run-1' } };
  return submit(opened, command, 'about');
}
