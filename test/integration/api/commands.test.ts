import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../../src/model/errors.ts';
import { serve } from '../../support/served.ts';

const CREATE = {
  type: 'environment.create',
  data: { name: 'demo', template: 'hello@1.0.0' },
};

const TOO_LONG = JSON.stringify({ type: 'x'.repeat(2_000_000) });

describe('a command by REST', () => {
  test('is answered with the address of its run, which builds the environment', async () => {
    const { send, ask, ended } = await serve();
    const accepted = await send('/api/v1/commands', CREATE);
    expect(accepted.status).toBe(202);
    const { id, href } = accepted.body.run;
    expect(accepted.headers.get('location')).toBe(href);
    expect(await ended(id)).toMatchObject({ status: 'succeeded', environment: 'demo' });
    const environment = await ask('/api/v1/environments/demo');
    expect(environment.body).toMatchObject({ status: 'ok', lastRun: id, resourceCount: 4 });
    const steps = await ask(`${href}/steps`);
    expect(steps.body.items.map((step: { status: string }) => step.status)).toEqual(
      Array(4).fill('succeeded'),
    );
  });

  test('that is sent again under its Idempotency-Key is done once', async () => {
    const { send, ask } = await serve();
    const key = { 'idempotency-key': 'once' };
    const first = await send('/api/v1/commands', CREATE, key);
    const second = await send('/api/v1/commands', CREATE, key);
    expect(second.body).toEqual({ ...first.body, repeated: true });
    expect((await ask('/api/v1/runs')).body.items).toHaveLength(1);
    const other = { ...CREATE, data: { ...CREATE.data, name: 'other' } };
    expect(await send('/api/v1/commands', other, key)).toMatchObject({
      status: 409,
      body: { code: 'COMMAND_REUSED' },
    });
  });

  test('of a kind that nobody knows is refused with what may have been meant', async () => {
    const { send } = await serve();
    const { status, body } = await send('/api/v1/commands', {
      ...CREATE,
      type: 'environment.crate',
    });
    expect(status).toBe(422);
    expect(body.detail).toContain('environment.create');
  });

  test('that the engine refuses is a problem with the status of its code', async () => {
    const { send } = await serve();
    const missing = { type: 'environment.destroy', data: { name: 'nobody' } };
    const { status, body, headers } = await send('/api/v1/commands', missing);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND', status: 404 });
  });

  test.each([
    {
      what: 'text',
      type: 'text/plain',
      body: '{"type":"run.retry"}',
      code: 'MEDIA_TYPE_UNSUPPORTED',
    },
    { what: 'no JSON', type: 'application/json', body: '{"type":', code: 'REQUEST_INVALID' },
    { what: 'nothing', type: 'application/json', body: '', code: 'REQUEST_INVALID' },
    { what: 'a list', type: 'application/json', body: '[]', code: 'REQUEST_INVALID' },
    { what: 'too much', type: 'application/json', body: TOO_LONG, code: 'REQUEST_TOO_LARGE' },
  ] as const)('with $what as its body is refused as such', async ({ type, body, code }) => {
    const { ask } = await serve();
    const headers = { 'content-type': type };
    const answer = await ask('/api/v1/commands', { method: 'POST', headers, body });
    expect(answer).toMatchObject({ status: ERRORS[code].httpStatus, body: { code } });
  });
});
