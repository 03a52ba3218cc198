import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ExecutorError } from '../../../src/executors/executor.ts';
import { BiotopeError } from '../../../src/model/errors.ts';
import { NOTHING, openRig, type Rig, type RigOptions, recordingLog } from './rig.ts';

let rig: Rig;

async function open(options: RigOptions): Promise<Rig> {
  rig = await openRig(options);
  return rig;
}

const failure = { code: 'INTERRUPTED', message: 'stopped', detail: null, address: null } as const;

describe('a report', () => {
  it('is brought again until it is taken', async () => {
    await open({ executor: {} });
    const { report } = rig.desk;
    let refusals = 2;
    rig.desk.report = async (claim, told) => {
      refusals -= 1;
      if (refusals >= 0) throw new BiotopeError('STORE_UNAVAILABLE', { message: 'away' });
      return report(claim, told);
    };
    await rig.order();
    expect(await rig.report()).toMatchObject({ kind: 'applied' });
    expect(rig.desk.reports).toHaveLength(1);
  });

  it('that a heartbeat crosses is brought in silence: its own answer counts', async () => {
    const { log, text } = recordingLog();
    await open({ log: { ...log, debug: () => {} }, executor: {} });
    const { report } = rig.desk;
    rig.desk.report = async (claim, told) => {
      // Recorded before the heartbeat is answered, which is answered before the report is.
      rig.desk.heartbeat = async () => {
        beaten.resolve();
        return 'stop';
      };
      await rig.bus.hint({ kind: 'cancel', runId: claim.runId });
      await beaten.promise;
      await setImmediate();
      return report(claim, told);
    };
    const beaten = Promise.withResolvers<void>();
    await rig.order();
    expect(await rig.report()).toMatchObject({ kind: 'applied' });
    await rig.worker.stop({ graceMs: 5_000 });
    expect(text()).toBe('');
  });

  it('that is refused changes nothing, and the work folder is kept', async () => {
    const { log, text } = recordingLog();
    await open({ log, executor: { needsFiles: true } });
    const asked = Promise.withResolvers<void>();
    rig.desk.report = async () => {
      asked.resolve();
      return 'refused';
    };
    await rig.order();
    await asked.promise;
    await rig.worker.stop({ graceMs: 5_000 });
    expect(await readdir(join(rig.folder, 'work', 'run-1'))).toEqual(['web.0']);
    expect(text()).toContain('too late');
  });

  it('that was recorded leaves no work folder behind', async () => {
    await open({ executor: { needsFiles: true } });
    await rig.order();
    await rig.report();
    await rig.worker.stop({ graceMs: 5_000 });
    expect(await readdir(join(rig.folder, 'work'))).toEqual([]);
  });

  it('of an inspection leaves the folder to the attempt that may have begun in it already', async () => {
    await open({
      executor: {
        needsFiles: true,
        inspect: async () => ({ ...NOTHING, finding: 'absent', differences: [] }),
      },
    });
    await rig.order({}, { operation: 'inspect' });
    await rig.report();
    await rig.worker.stop({ graceMs: 5_000 });
    expect(await readdir(join(rig.folder, 'work', 'run-1'))).toEqual(['web.0']);
  });

  it('of one that was cancelled before it did anything leaves what an earlier one kept there', async () => {
    await open({
      executor: {
        needsFiles: true,
        apply: async () => {
          throw new ExecutorError({ kind: 'cancelled', failure });
        },
      },
    });
    await rig.order();
    await rig.report();
    await rig.worker.stop({ graceMs: 5_000 });
    expect(await readdir(join(rig.folder, 'work', 'run-1'))).toEqual(['web.0']);
  });

  it('of a cancellation finds the folder gone: afterwards the next attempt may be using it', async () => {
    await open({
      executor: {
        needsFiles: true,
        apply: async () => {
          throw new ExecutorError({ kind: 'cancelled', failure, left: NOTHING });
        },
      },
    });
    const { report } = rig.desk;
    let folders: string[] = ['unknown'];
    rig.desk.report = async (claim, told) => {
      folders = await readdir(join(rig.folder, 'work'));
      return report(claim, told);
    };
    await rig.order();
    await rig.report();
    expect(folders).toEqual([]);
  });
});
