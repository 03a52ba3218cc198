import type { EventRecord, EventType } from '../../../../../../src/model/event.ts';
import type { JsonObject } from '../../../../../../src/model/json.ts';
import type { StepFacts } from '../../../../../../src/presentation/usecases/run/explain/facts.ts';
import { aRun, aStep } from '../../../samples.ts';

export function event(type: EventType, atMs: number, data: JsonObject = {}): EventRecord {
  const place = { id: `demo:${atMs}.0`, scope: 'demo', number: atMs, index: 0 };
  return { ...place, type, runId: 'r1', address: 'web[0]', atMs, data: { attempt: 1, ...data } };
}

/** The facts about `web` in a run under way; each test says what it is about. */
export function about(step: Parameters<typeof aStep>[1], more: Partial<StepFacts> = {}): StepFacts {
  const web = aStep('web', step);
  return {
    run: aRun(),
    step: web,
    labelNow: 'web',
    steps: [web],
    isNewest: true,
    driver: 'process 7',
    ahead: [],
    nowMs: 10_000,
    history: [],
    changes: [],
    pool: { concurrency: 2, busy: [] },
    ...more,
  };
}
