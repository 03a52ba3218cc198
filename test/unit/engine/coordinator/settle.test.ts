import { describe, expect, test } from 'vitest';
import { createRunView } from '../../../../src/engine/coordinator/run-view.ts';
import { defeatOf } from '../../../../src/engine/coordinator/settle.ts';
import type { StepRecord } from '../../../../src/model/step.ts';
import { environment, failure, run, step } from '../../../support/records.ts';

function defeat(steps: (Partial<StepRecord> & { address: string })[]) {
  const at = <T>(value: T) => ({ value, revision: 1 });
  const records = steps.map((facts) => at(step({ runId: 'run-1', ...facts })));
  const view = createRunView(
    {
      run: at(run()),
      environment: at(environment({ name: 'shop' })),
      template: null,
      steps: records,
      resources: [],
    },
    ({ pool }) => pool,
  );
  return defeatOf(view);
}

describe('the end of a run', () => {
  const skipped = {
    address: 'web[0]',
    label: 'web',
    status: 'skipped',
    failure: failure('web was skipped because database did not succeed.'),
  } as const;

  test('names what was given up, where how a step before it had ended was told too late', () => {
    const told = defeat([{ address: 'db[0]', label: 'db', status: 'succeeded' }, skipped]);
    expect(told).toMatchObject({
      code: 'STEP_SKIPPED',
      message: expect.stringContaining('web did not begin'),
      detail: 'web was skipped because database did not succeed.',
      address: 'web[0]',
    });
  });

  test('names what failed before what was skipped for it, and nothing where all is done', () => {
    const failed = { address: 'db[0]', label: 'db', status: 'failed' } as const;
    expect(defeat([skipped, { ...failed, failure: failure('no') }])).toMatchObject({
      code: 'STEP_FAILED',
      message: 'db failed.',
      address: 'db[0]',
    });
    expect(defeat([{ address: 'db[0]', status: 'succeeded' }])).toBeNull();
  });
});
