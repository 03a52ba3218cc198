import { describe, expect, test } from 'vitest';
import { createRunView, type RunView } from '../../../../src/engine/coordinator/run-view.ts';
import type { ResourceRecord } from '../../../../src/model/resource.ts';
import type { StepRecord } from '../../../../src/model/step.ts';
import type { Write } from '../../../../src/store/store.ts';
import {
  environment,
  resource as resourceRecord,
  run as runRecord,
  step as stepRecord,
} from '../../../support/records.ts';

const step = (facts: Partial<StepRecord> = {}) =>
  stepRecord({ runId: 'run-1', address: 'web[0]', ...facts });

const web = (facts: Partial<ResourceRecord> = {}) => resourceRecord({ id: 'web', ...facts });

const putStep = (value: StepRecord): Write => ({
  kind: 'put',
  collection: 'steps',
  key: `${value.runId}/${value.address}`,
  value,
});

const putResource = (value: ResourceRecord): Write => ({
  kind: 'put',
  collection: 'resources',
  key: `${value.environment}/${value.address}`,
  value,
});

function view(steps: StepRecord[], resources: ResourceRecord[] = []): RunView {
  const at = <T>(value: T) => ({ value, revision: 10 });
  return createRunView(
    {
      run: at(runRecord()),
      environment: at(environment({ name: 'shop' })),
      template: null,
      steps: steps.map(at),
      resources: resources.map(at),
    },
    ({ pool }) => pool,
  );
}

describe('what is known of a run', () => {
  test('follows every commit, whoever made it, and tells of each step once', () => {
    const seen = view([step()], [web()]);
    const told: string[] = [];
    seen.onStep = ({ status }) => told.push(status);
    const writes = [
      putStep(step({ status: 'dispatched' })),
      putResource(web({ status: 'failed' })),
    ];
    seen.absorb(writes, 11);
    seen.absorb(writes, 11);
    expect(seen.step('web[0]').value.status).toBe('dispatched');
    expect(seen.resources.get('web[0]')).toMatchObject({
      revision: 11,
      value: { status: 'failed' },
    });
    expect(seen.readiness.withStatus('dispatched')).toEqual(new Set(['web[0]']));
    expect(told).toEqual(['dispatched']);
  });

  test('never goes back to older news, in whatever order they come', () => {
    const seen = view([step()]);
    seen.absorb([putStep(step({ status: 'running' }))], 13);
    seen.absorb([putStep(step({ status: 'dispatched' }))], 12);
    seen.refresh({
      steps: [{ value: step({ status: 'dispatched' }), revision: 12 }],
      run: { value: runRecord({ status: 'failed' }), revision: 9 },
      environment: { value: environment({ name: 'shop', status: 'failed' }), revision: 9 },
    });
    expect(seen.step('web[0]').value.status).toBe('running');
    expect(seen.run.value.status).toBe('running');
    expect(seen.environment.value.status).toBe('ok');
  });

  test('is of this run alone', () => {
    const seen = view([step()]);
    const other = runRecord({ id: 'run-2', status: 'queued' });
    seen.absorb(
      [
        putStep(step({ runId: 'run-2', status: 'failed' })),
        { kind: 'put', collection: 'runs', key: 'run-2', value: other },
      ],
      11,
    );
    expect(seen.step('web[0]').value.status).toBe('pending');
    expect(seen.run.value.id).toBe('run-1');
    expect(() => seen.step('other[0]')).toThrow(/no step other/);
  });

  test('has no resource any more once its removal has succeeded, also where older news come late', () => {
    const seen = view([step({ action: 'remove' })], [web()]);
    seen.absorb([putResource(web({ status: 'removing' }))], 11);
    seen.absorb([putStep(step({ action: 'remove', status: 'succeeded' }))], 12);
    expect(seen.resources.size).toBe(0);
    // Read before the removal, arrived after it.
    seen.refresh({ resources: [{ value: web({ status: 'removing' }), revision: 11 }] });
    expect(seen.resources.size).toBe(0);
    seen.absorb([putResource(web({ status: 'creating' }))], 13);
    expect(seen.resources.size).toBe(1);
  });

  test('says when resources have changed, so that what was derived from them is derived anew', () => {
    const seen = view([step()], [web()]);
    const versions = [seen.resourcesVersion];
    seen.absorb([putStep(step({ status: 'dispatched' }))], 11);
    versions.push(seen.resourcesVersion);
    seen.absorb([putResource(web({ outputs: { url: 'x' } }))], 12);
    versions.push(seen.resourcesVersion);
    expect(versions[1]).toBe(versions[0]);
    expect(versions[2]).toBeGreaterThan(versions[1] ?? 0);
  });

  test('forgets what a finished step was made from, and nothing of one that goes on', () => {
    const seen = view([step()]);
    seen.absorb([putStep(step({ status: 'running', spec: { size: 1 } }))], 11);
    expect(seen.step('web[0]').value.spec).toEqual({ size: 1 });
    seen.absorb([putStep(step({ status: 'succeeded', spec: { size: 1 } }))], 12);
    expect(seen.step('web[0]').value.spec).toBeNull();
  });
});

describe('what is about to be committed', () => {
  const second = step({ address: 'db[0]', after: ['web[0]'] });
  const ended = [
    putStep(step({ status: 'succeeded' })),
    putResource(web({ status: 'ok', outputs: { url: 'http://x' } })),
  ];

  test('is taken in at once, with the revisions that the commit rests on', () => {
    const seen = view([step({ status: 'running' }), second]);
    expect(seen.readiness.hasReady('default', 0)).toBe(false);
    seen.assume(ended);
    expect(seen.readiness.take('default', 0)).toBe('db[0]');
    expect(seen.step('web[0]')).toMatchObject({ revision: 10, value: { status: 'succeeded' } });
    seen.absorb(ended, 11);
    expect(seen.step('web[0]').revision).toBe(11);
    expect(seen.resources.get('web[0]')?.revision).toBe(11);
  });

  test('is taken back whole where it was refused', () => {
    const seen = view([step({ status: 'running' }), second]);
    const takeBack = seen.assume(ended);
    seen.readiness.take('default', 0);
    takeBack();
    expect(seen.step('web[0]').value.status).toBe('running');
    expect(seen.resources.has('web[0]')).toBe(false);
    expect(seen.readiness.hasReady('default', 0)).toBe(false);
    seen.absorb(ended, 12);
    expect(seen.readiness.take('default', 0)).toBe('db[0]');
  });

  test('does not hide what somebody else committed meanwhile', () => {
    const seen = view([step({ status: 'running' }), second], [web()]);
    const takeBack = seen.assume(ended);
    seen.absorb([putStep(step({ status: 'unknown' }))], 11);
    takeBack();
    expect(seen.step('web[0]')).toMatchObject({ revision: 11, value: { status: 'unknown' } });
    expect(seen.resources.get('web[0]')).toMatchObject({ revision: 10, value: { outputs: {} } });
  });

  test('of a removal is taken back with the resource', () => {
    const removal = step({ action: 'remove', status: 'running' });
    const seen = view([removal], [web()]);
    const takeBack = seen.assume([putStep({ ...removal, status: 'succeeded' })]);
    expect(seen.resources.has('web[0]')).toBe(false);
    takeBack();
    expect(seen.resources.get('web[0]')).toMatchObject({ revision: 10 });
  });
});
