import { expect, it } from 'vitest';
import type { ErrorCode } from '../../../../../src/model/errors.ts';
import type { StepRecord } from '../../../../../src/model/step.ts';
import { requireSuccess } from '../../../../../src/presentation/usecases/run/perform.ts';
import { aRun, aStep, failure } from '../../samples.ts';

function detailOf(code: ErrorCode, steps: StepRecord[]): string {
  const why = { code, message: 'Mend it.', detail: null, address: null };
  const run = aRun({ status: 'failed', failure: why, finishedAtMs: 1 });
  try {
    requireSuccess({ run, steps });
  } catch (error) {
    if (error instanceof Error && 'detail' in error) return String(error.detail);
  }
  throw new Error('nothing was thrown');
}

it.each(['ENVIRONMENT_PROTECTED', 'RESOURCE_UNKNOWN', 'POOL_UNKNOWN', 'EXECUTOR_CHANGED'] as const)(
  'a run that was refused with %s before it began is not to be retried as it is',
  (code) => {
    const detail = detailOf(code, []);
    expect(detail).toContain('do what is said above first');
    expect(detail).not.toContain('biotope run retry');
  },
);

it.each([
  ['STEP_FAILED', [aStep('site', { status: 'failed', failure })]],
  ['RESOURCE_UNKNOWN', [aStep('site', { status: 'unknown', needsResolve: true, failure })]],
  ['TERRAFORM_MISSING', []],
] as const)('a run that failed with %s on its way can be retried', (code, steps) => {
  expect(detailOf(code, [...steps])).toContain('biotope run retry r1');
});

it('a run that failed names the codes that say more than that', () => {
  const why = {
    code: 'STEP_FAILED',
    message: 'site failed.',
    detail: null,
    address: null,
  } as const;
  const run = aRun({ status: 'failed', failure: why, finishedAtMs: 1 });
  const steps = [aStep('site', { status: 'failed', failure }), aStep('web', { status: 'skipped' })];
  expect(() => requireSuccess({ run, steps })).toThrow(
    expect.objectContaining({ facts: expect.objectContaining({ causes: ['TERRAFORM_FAILED'] }) }),
  );
});
