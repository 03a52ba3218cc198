import { describe, expect, test } from 'vitest';
import { openHouse } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { resource, template } from '../../support/templates.ts';

const create = (name: string) =>
  ({ type: 'environment.create', data: { name, template: 'sample@1.0.0' } }) as const;

const fork = template('1.0.0', [
  resource('a'),
  resource('left', { needs: ['a'] }),
  resource('leftmost', { needs: ['left'] }),
  resource('right', { needs: ['a'] }),
]);

describe('a step that fails', () => {
  test('skips what depends on it, lets the rest finish, and a retry goes on from there', async () => {
    const ledger = createLedger();
    const { publish, run, steps, store } = await openHouse(ledger);
    await publish(fork);
    ledger.behave('one/left[0]', { failures: 1 });
    const failed = await run(create('one'));
    expect(failed).toMatchObject({ status: 'failed', failure: { code: 'STEP_FAILED' } });
    const states = Object.fromEntries((await steps(failed.id)).map((s) => [s.label, s.status]));
    expect(states).toEqual({
      a: 'succeeded',
      left: 'failed',
      leftmost: 'skipped',
      right: 'succeeded',
    });
    expect((await store.get('environments', 'one'))?.value).toMatchObject({ status: 'failed' });

    const retried = await run({ type: 'run.retry', data: { run: failed.id } });
    expect(retried).toMatchObject({
      status: 'succeeded',
      retryOf: failed.id,
      summary: { create: 1, change: 1, unchanged: 2 },
    });
    expect(ledger.done('apply')).toEqual([
      'one/a[0]',
      'one/right[0]',
      'one/left[0]',
      'one/leftmost[0]',
    ]);
  });

  test('is tried again after a pause where that may help, up to its limit', async () => {
    const ledger = createLedger();
    const { publish, run, steps } = await openHouse(ledger);
    await publish(fork);
    ledger.behave('one/a[0]', { failures: 2, retryable: true });
    const ended = await run(create('one'));
    expect(ended.status).toBe('succeeded');
    expect((await steps(ended.id)).find((step) => step.label === 'a')?.attempt).toBe(3);
    ledger.behave('two/a[0]', { failures: 3, retryable: true });
    expect((await run(create('two'))).status).toBe('failed');
  });

  test('leaves an environment that can be destroyed', async () => {
    const ledger = createLedger();
    const { publish, run } = await openHouse(ledger);
    await publish(fork);
    ledger.behave('one/left[0]', { failures: 1 });
    await run(create('one'));
    const ended = await run({ type: 'environment.destroy', data: { name: 'one' } });
    expect(ended.status).toBe('succeeded');
    expect(ledger.existing.size).toBe(0);
  });
});

describe('a status endpoint that stays silent', () => {
  test('fails the run with the resource that is the cause', async () => {
    const ledger = createLedger();
    const { publish, run, store } = await openHouse({
      ...ledger,
      probe: async ({ target }) => ({ alive: !target.includes('dead'), detail: 'no answer' }),
    });
    const endpoint = { kind: 'http' as const, expectStatus: [], intervalSeconds: 0.01 };
    await publish(
      template('1.0.0', [
        resource('a', {
          statusEndpoints: [{ ...endpoint, target: 'http://alive/', timeoutSeconds: 1 }],
        }),
        resource('b', {
          statusEndpoints: [{ ...endpoint, target: 'http://dead/', timeoutSeconds: 0.05 }],
        }),
      ]),
    );
    const ended = await run(create('one'));
    expect(ended).toMatchObject({
      status: 'failed',
      failure: { code: 'VALIDATION_FAILED', address: 'b[0]' },
    });
    expect((await store.get('environments', 'one'))?.value.status).toBe('failed');
  });
});

describe('a cancel', () => {
  test('ends a run in the middle: what runs is stopped, what waits never begins', async () => {
    const ledger = createLedger();
    const { publish, send, ended, steps, store } = await openHouse(ledger);
    await publish(fork);
    ledger.behave('one/left[0]', { gate: new Promise(() => {}) });
    const runId = await send(create('one'));
    while (!ledger.effects.some(({ what, key }) => what === 'begin' && key === 'one/left[0]')) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await send({ type: 'run.cancel', data: { run: runId } });
    const run = await ended(runId);
    expect(run).toMatchObject({ status: 'cancelled', failure: { code: 'RUN_CANCELLED' } });
    const states = Object.fromEntries((await steps(runId)).map((s) => [s.label, s.status]));
    expect(states).toMatchObject({ a: 'succeeded', left: 'cancelled', leftmost: 'cancelled' });
    expect((await store.get('environments', 'one'))?.value.status).toBe('failed');
  });

  test('of a run that waits in line ends it at once', async () => {
    const ledger = createLedger();
    const { publish, send, ended } = await openHouse(ledger);
    await publish(fork);
    let open = () => {};
    ledger.behave('one/a[0]', { gate: new Promise((resolve) => (open = resolve)) });
    const first = await send(create('one'));
    const second = await send({ type: 'environment.destroy', data: { name: 'one' } });
    await send({ type: 'run.cancel', data: { run: second } });
    expect((await ended(second)).status).toBe('cancelled');
    open();
    expect((await ended(first)).status).toBe('succeeded');
  });

  test('of a run that has ended is refused', async () => {
    const { publish, run, engine } = await openHouse(createLedger());
    await publish(fork);
    const done = await run(create('one'));
    const answer = await engine.submit(
      { type: 'run.cancel', data: { run: done.id } },
      { source: 'test', id: '1' },
    );
    expect(answer).toMatchObject({ outcome: 'rejected', code: 'RUN_FINISHED' });
  });
});

describe('a command', () => {
  test('sent a hundred times under one id is one run', async () => {
    const { publish, engine, store } = await openHouse(createLedger());
    await publish(fork);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => engine.submit(create('one'), { source: 'x', id: '1' })),
    );
    const runIds = new Set(answers.map((answer) => 'runId' in answer && answer.runId));
    expect(runIds.size).toBe(1);
    expect(await store.find('runs', { where: { environment: 'one' } })).toHaveLength(1);
  });

  test('under the id of another one is refused', async () => {
    const { publish, engine } = await openHouse(createLedger());
    await publish(fork);
    await engine.submit(create('one'), { source: 'x', id: '1' });
    const answer = await engine.submit(create('two'), { source: 'x', id: '1' });
    expect(answer).toMatchObject({ outcome: 'rejected', code: 'COMMAND_REUSED' });
  });

  test('that cannot be understood is recorded with its reason', async () => {
    const { engine, store } = await openHouse(createLedger());
    const body = (text: string) => ({ body: new TextEncoder().encode(text), messageId: 'm1' });
    for (const text of ['{', '[]', '{"type":"environment.create","data":{"name":"A B"}}']) {
      expect(await engine.receive(body(text))).toMatchObject({ outcome: 'rejected' });
    }
    const events = await store.events({ scope: '@inbox', limit: 10 });
    expect(events.map(({ event }) => event.type)).toEqual(Array(3).fill('command.rejected'));
  });

  test('keeps secret parameters out of the store', async () => {
    const ledger = createLedger();
    const { publish, run, store, secrets } = await openHouse(ledger);
    const parameters = {
      type: 'object',
      properties: { key: { type: 'string', writeOnly: true } },
    };
    await publish(
      template('1.0.0', [resource('a', { with: { key: 'k-${parameters.key}' } })], { parameters }),
    );
    const command = create('one');
    const ended = await run({
      ...command,
      data: { ...command.data, parameters: { key: 'canary-4711' } },
    });
    expect(ended.status).toBe('succeeded');
    expect(
      JSON.stringify([...(await store.find('runs')), ...(await store.find('steps'))]),
    ).not.toContain('canary-4711');
    const kept = await secrets.read('environments/one/parameters/key');
    expect(kept?.fields).toEqual({ value: 'canary-4711' });
  });
});

describe('an output that turns out to be secret', () => {
  test('goes only where the executor takes secrets', async () => {
    const ledger = createLedger();
    const definition = ledger.definitions.get('ledger');
    if (definition === undefined) throw new Error('no definition');
    const { publish, run } = await openHouse({
      ...ledger,
      definitions: new Map([
        ['ledger', { ...definition, allowsSecret: (_spec, [first]) => first === 'safe' }],
      ]),
    });
    const parameters = { type: 'object', properties: { key: { type: 'string', writeOnly: true } } };
    const { data } = create('one');
    const command = {
      type: 'environment.create',
      data: { ...data, parameters: { key: 'canary-4712' } },
    } as const;
    await publish(
      template('1.0.0', [resource('a', { with: { open: '${parameters.key}' } })], { parameters }),
    );
    const refused = await run(command);
    expect(refused).toMatchObject({ status: 'failed', failure: { code: 'STEP_FAILED' } });
    expect(refused.failure?.detail).toContain('with.open of a has become a secret');
    expect(ledger.effects).toEqual([]);
  });

  test('is not shown in an address', async () => {
    const ledger = createLedger();
    const { publish, run } = await openHouse(ledger);
    const parameters = { type: 'object', properties: { key: { type: 'string', writeOnly: true } } };
    const entrypoints = [{ name: 'door', description: '', url: 'http://x/${parameters.key}' }];
    await publish(template('1.0.0', [resource('a')], { parameters, entrypoints }));
    const ended = await run({
      type: 'environment.create',
      data: { name: 'one', template: 'sample', parameters: { key: 'canary-4713' } },
    });
    expect(ended.failure?.message).toBe('The address of door is made from a secret.');
  });
});
