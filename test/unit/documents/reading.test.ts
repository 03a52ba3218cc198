import { describe, expect, it } from 'vitest';
import {
  environmentDocument,
  eventDocument,
  publishedTemplateDocument,
  resourceDocument,
  runDocument,
  stepDocument,
} from '../../../src/documents/documents.ts';
import { environmentFrom, resourceFrom } from '../../../src/documents/reading/environment.ts';
import { eventFrom } from '../../../src/documents/reading/event.ts';
import { runFrom, stepFrom } from '../../../src/documents/reading/run.ts';
import { templateFrom } from '../../../src/documents/reading/template.ts';
import { environmentSchema } from '../../../src/documents/schema/environment.ts';
import { eventSchema } from '../../../src/documents/schema/event.ts';
import { resourceSchema } from '../../../src/documents/schema/resource.ts';
import { runSchema, stepSchema } from '../../../src/documents/schema/run.ts';
import { templateSchema } from '../../../src/documents/schema/template.ts';
import { DEFAULT_ACTION_TERMS } from '../../../src/model/template.ts';
import { environment, failure, resource, run, step, template } from '../../support/records.ts';

const lost = failure('It was lost', { code: 'STEP_LOST', detail: 'one\ntwo', address: 'a[0]' });

/** Everything that a document tells comes back as it was: what is told again is the same document. */
describe('a document turned back into a record', () => {
  it('tells of an environment the same', () => {
    const told = environmentDocument(
      environment({
        name: 'shop',
        failure: lost,
        tags: ['blue'],
        parameters: { size: 3, nested: { list: [1, null] } },
        outputs: { url: 'http://a.test' },
        entrypoints: [{ name: 'web', description: '', url: 'http://a.test' }],
        activeRunId: 'run-1',
        destroyedAtMs: 3,
        plannedDestructionAtMs: 4,
      }),
    );
    expect(environmentDocument(environmentFrom(environmentSchema.parse(told)))).toEqual(told);
  });

  it('tells of a run the same', () => {
    const told = runDocument(
      run({
        failure: lost,
        retryOf: 'run-0',
        startedAtMs: 2,
        finishedAtMs: 3,
        cancelRequestedAtMs: 4,
      }),
    );
    expect(runDocument(runFrom(runSchema.parse(told)))).toEqual(told);
    const action = runDocument(
      run({ kind: 'action', action: 'backup', parameters: { to: 'there' }, outputs: { a: 1 } }),
    );
    expect(runDocument(runFrom(runSchema.parse(action)))).toEqual(action);
  });

  it('tells of a step the same', () => {
    const told = stepDocument(
      step({
        runId: 'run-1',
        address: 'web[0]',
        status: 'unknown',
        operation: 'inspect',
        needsResolve: true,
        failure: lost,
        notBeforeMs: 5,
        claimCount: 7,
        after: ['b[0]'],
        startedAtMs: 2,
      }),
    );
    expect(stepDocument(stepFrom(stepSchema.parse(told)))).toEqual(told);
  });

  it('tells of a resource the same', () => {
    const told = resourceDocument(
      resource({
        id: 'db/server',
        address: 'db/server[2]',
        label: 'db/server[2]',
        outputs: { url: 'x' },
        parts: [{ address: 'a.b', type: 'a', dependsOn: [] }],
        drift: {
          runId: 'run-1',
          lookedAtMs: 4,
          finding: 'partial',
          counts: { changed: 1, missing: 0, extra: 0, noise: 0 },
          deviations: [{ subject: 'a', kind: 'changed', detail: 'is b' }],
        },
      }),
    );
    const record = resourceFrom(resourceSchema.parse(told));
    expect(resourceDocument(record)).toEqual(told);
    expect(record).toMatchObject({ id: 'db/server', index: 2 });
  });

  it('tells of a template the same', () => {
    const record = template({ name: 'sample', version: '1.0.0' });
    const app = { name: 'backup', url: null, command: ['./backup'] };
    const terms = { ...DEFAULT_ACTION_TERMS, secretOutputs: ['key'], timeoutSeconds: 9 };
    const told = publishedTemplateDocument({
      ...record,
      template: {
        ...record.template,
        actions: [{ name: 'backup', description: '', app, terms }],
      },
      source: { url: 'https://a.test/b.git', path: 'c', ref: null },
      vendored: {
        authorsDigest: 'sha256:1',
        modules: [{ source: 'm', version: null, url: 'u', commit: 'c', folder: 'f' }],
        locks: [{ module: 'm', providers: ['p 1.0.0'] }],
      },
    });
    expect(publishedTemplateDocument(templateFrom(templateSchema.parse(told)))).toEqual(told);
  });

  it('tells of an event the same', () => {
    const event = {
      id: 'shop:12.3',
      scope: 'shop',
      number: 12,
      index: 3,
      type: 'run.running',
      runId: 'run-1',
      address: null,
      data: { a: 1 },
      atMs: 6,
    } as const;
    const told = { sequence: 9, ...eventDocument(event) };
    expect(eventFrom(eventSchema.parse(told))).toEqual({ sequence: 9, event });
  });

  it('reads the failure of a newer version as one that it knows', () => {
    const told = runDocument(run({ failure: lost }));
    const newer = { ...told, failure: { ...lost, code: 'OF_TOMORROW' } };
    expect(runFrom(runSchema.parse(newer)).failure?.code).toBe('STEP_FAILED');
  });
});
