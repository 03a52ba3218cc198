import { describe, expect, it } from 'vitest';
import type { StatusEndpoint } from '../../../../src/model/template.ts';
import { waitDocument, waitLine } from '../../../../src/presentation/pages/wait.ts';
import {
  askedEndpoints,
  splitProgress,
  waitingEndpoints,
  waitingInLine,
  waitOfState,
} from '../../../../src/presentation/pages/waiting.ts';
import { anEnvironment, aResource, aRun, aStep, failure } from '../samples.ts';

const CONSUL = { system: 'consul', sinceMs: 1_000 };

describe('what a run waits for', () => {
  it('is told of each step that cannot go on by itself', () => {
    const steps = [
      aStep('sent', { status: 'dispatched', pool: 'gpu' }),
      aStep('parked', {
        status: 'parked',
        parked: CONSUL,
        parkings: 1,
        failure: { ...failure, message: 'no answer' },
      }),
      aStep('dark', { status: 'unknown', parked: CONSUL }),
      aStep('lost', { status: 'unknown' }),
      aStep('asked', { status: 'unknown', needsResolve: true }),
      aStep('again', { status: 'pending', attempt: 1, attemptsMax: 3, notBeforeMs: 9_000 }),
      aStep('next', { status: 'pending' }),
      aStep('busy', { status: 'running' }),
    ];
    const waits = steps.flatMap((step) => waitOfState(aRun(), step, 4_000));
    expect(waits.map(waitLine)).toEqual([
      'sent: waiting for a worker of pool gpu',
      'parked: waiting for consul, which is away: no answer',
      'dark: waiting for consul, which is away',
      'lost: waiting for an inspection of how it ended',
      'asked: waiting for somebody who looks how it ended, and says it: biotope run resolve r1 asked --as done|not-started',
      'again: waiting for attempt 2 of 3, in 5.0 s',
    ]);
    expect(waits.map(waitDocument).at(-1)).toEqual({
      kind: 'pause',
      step: 'again',
      message: 'attempt 2 of 3, in 5.0 s',
      until: '1970-01-01T00:00:09.000Z',
    });
  });

  it('is told of each status endpoint that has not answered', () => {
    const wait = { label: 'web', target: 'http://x', sinceMs: 1_000, lastAnswer: '503' };
    expect(waitingEndpoints([wait], 4_000).map(waitLine)).toEqual([
      'web: waiting for http://x for 3.0 s (last answer: 503)',
    ]);
  });

  it('lasts while the clock alone goes on', () => {
    const wait = { label: 'web', target: 'http://x', sinceMs: 1_000, lastAnswer: '503' };
    const paused = aStep('web', { status: 'pending', attempt: 1, notBeforeMs: 9_000 });
    const lasting = (nowMs: number) =>
      [...waitingEndpoints([wait], nowMs), ...waitOfState(aRun(), paused, nowMs)].map(
        (one) => one.lasting,
      );
    expect(lasting(4_000)).toEqual(lasting(6_000));
    const [answered] = waitingEndpoints([{ ...wait, lastAnswer: '200' }], 4_000);
    expect(answered?.lasting).not.toBe(lasting(4_000)[0]);
  });

  it('is told of the endpoints that another process asks, while it does', () => {
    const statusEndpoints: StatusEndpoint[] = [
      { kind: 'http', target: 'http://x', expectStatus: [], timeoutSeconds: 1, intervalSeconds: 1 },
    ];
    const resources = [aResource('web', { statusEndpoints }), aResource('quiet')];
    const validating = anEnvironment({ status: 'validating' });
    expect(askedEndpoints(validating, resources).map(waitLine)).toEqual([
      'web: waiting for http://x',
    ]);
    expect(askedEndpoints(anEnvironment(), resources)).toEqual([]);
  });

  it('is told of what running steps say that they wait for', () => {
    const steps = [aStep('shop', { status: 'running' }), aStep('site', { status: 'running' })];
    const told = new Map([
      ['shop[0]', 'waiting for payments at http://x: refused'],
      ['site[0]', 'terraform apply'],
    ]);
    expect(splitProgress(steps, told)).toEqual({
      waiting: [
        {
          kind: 'work',
          step: 'shop',
          message: 'payments at http://x: refused',
          lasting: 'payments at http://x: refused',
          untilMs: null,
        },
      ],
      progress: new Map([['site[0]', 'terraform apply']]),
    });
  });

  it('is told of the runs before a queued one', () => {
    const queued = aRun({ id: 'r2', order: 2, status: 'queued' });
    const others = [aRun({ order: 1 }), queued, aRun({ id: 'r3', order: 3 })];
    expect(waitingInLine(queued, others).map(waitLine)).toEqual([
      'waiting for run r1, which comes first: create of environment demo',
    ]);
  });
});
