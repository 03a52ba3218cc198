import { describe, expect, test } from 'vitest';
import type { Command } from '../../../src/bus/messages/commands.ts';
import {
  type Executor,
  ExecutorError,
  type StepContext,
  stopReason,
} from '../../../src/executors/executor.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { isSecretText } from '../../../src/model/secret.ts';
import { DEFAULT_ACTION_TERMS } from '../../../src/model/template.ts';
import { type House, openHouse, pause } from '../../support/house.ts';
import { createLedger } from '../../support/ledger-executor.ts';
import { failure } from '../../support/records.ts';
import { resource, template } from '../../support/templates.ts';

const PARAMETERS: JsonObject = {
  type: 'object',
  properties: { size: { type: 'integer', default: 1 } },
};

const ARGUMENTS: JsonObject = {
  type: 'object',
  properties: { who: { type: 'string', default: 'all' }, key: { type: 'string', writeOnly: true } },
};

function acting(version: string, names: readonly string[]) {
  const size = { size: '${parameters.size}' };
  return template(version, [resource('web', { with: size })], {
    parameters: PARAMETERS,
    outputs: [{ name: 'of', description: '', value: '${resources.web.outputs.of}', secret: false }],
    actions: names.map((name) => ({
      name,
      description: '',
      app: { name, url: null, command: [`./${name}`] },
      terms: { ...DEFAULT_ACTION_TERMS, parameters: ARGUMENTS },
    })),
  });
}

/** Runs no program: tells what one would have been given. */
function createActor() {
  const given: StepContext[] = [];
  let gate = Promise.resolve();
  const act: Executor['act'] = async (context) => {
    given.push(context);
    const aborted = new Promise<void>((resolve) => {
      context.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([gate, aborted]);
    if (stopReason(context.signal) !== undefined) {
      throw new ExecutorError({ kind: 'cancelled', failure: failure('it was asked to end') });
    }
    return { outputs: { done: true }, record: {}, parts: [], state: null };
  };
  return {
    act,
    given,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
}

async function world() {
  const ledger = createLedger();
  const actor = createActor();
  const command = { ...ledger.executors.get('ledger'), act: actor.act } as Executor;
  const options = { ...ledger, executors: new Map([...ledger.executors, ['command', command]]) };
  const house = await openHouse(options);
  await house.publish(acting('1.0.0', ['poke', 'other']));
  await house.publish(acting('2.0.0', ['poke']));
  await house.run({ type: 'environment.create', data: { name: 'one', template: 'sample@1.0.0' } });
  return { house, ledger, actor };
}

const run = (action: string, more: JsonObject = {}): Command => ({
  type: 'action.run',
  data: { environment: 'one', action, arguments: more },
});

const environmentOf = async ({ store }: House) => (await store.get('environments', 'one'))?.value;

const begun = async (times: number, given: readonly unknown[]) => {
  while (given.length < times) await pause(5);
};

describe('an action', () => {
  test('is given its arguments and what is recorded, and its outputs are kept with the run', async () => {
    const { house, actor } = await world();
    const before = await environmentOf(house);
    const ended = await house.run(run('poke', { who: 'ann', key: 'a-secret-key' }));
    expect(ended).toMatchObject({ kind: 'action', action: 'poke', status: 'succeeded' });
    expect(ended.outputs).toEqual({ done: true });
    expect(isSecretText(ended.parameters.key)).toBe(true);
    expect(await environmentOf(house)).toEqual(before);
    const [context] = actor.given;
    expect(context?.spec.command).toEqual(['./poke']);
    expect(context?.spec.input).toMatchObject({
      action: 'poke',
      arguments: { who: 'ann' },
      environment: { name: 'one', parameters: { size: 1 }, outputs: { of: expect.anything() } },
      resources: { web: { outputs: { of: expect.anything() } } },
    });
    expect(await house.store.find('resources', {})).toHaveLength(1);
  });

  test('of an environment that is about to change acts on what that makes of it', async () => {
    const { house, actor } = await world();
    const update = { name: 'one', parameters: { size: 2 } };
    await house.send({ type: 'environment.update', data: update });
    const ended = await house.run(run('poke'));
    expect(ended.status).toBe('succeeded');
    expect(actor.given[0]?.spec.input).toMatchObject({ environment: { parameters: { size: 2 } } });
  });

  test('in line leaves what a later update is laid over as it was', async () => {
    const { house, actor } = await world();
    const letGo = actor.hold();
    const waiting = await house.send(run('poke', { who: 'ann' }));
    const update = await house.send({ type: 'environment.update', data: { name: 'one' } });
    letGo();
    expect((await house.ended(waiting)).status).toBe('succeeded');
    expect((await house.ended(update)).parameters).toEqual({ size: 1 });
  });

  test('is not run where the version that it was accepted for was not reached', async () => {
    const { house, actor } = await world();
    const letGo = actor.hold();
    await house.send(run('poke'));
    await begun(1, actor.given);
    const update = { name: 'one', template: 'sample@2.0.0' };
    const cancelled = await house.send({ type: 'environment.update', data: update });
    const waiting = await house.send(run('poke'));
    await house.send({ type: 'run.cancel', data: { run: cancelled } });
    letGo();
    const ended = await house.ended(waiting);
    expect(ended).toMatchObject({ status: 'failed', failure: { code: 'ACTION_NOT_FOUND' } });
    expect(actor.given).toHaveLength(1);
    expect((await environmentOf(house))?.status).toBe('ok');
  });

  test('that its template does not have, or for an environment that is gone, is refused', async () => {
    const { house } = await world();
    await expect(house.send(run('poky'))).rejects.toThrow('Did you mean "poke"?');
    await expect(house.send(run('poke', { where: 'x' }))).rejects.toThrow('The arguments do not');
    await house.run({ type: 'environment.destroy', data: { name: 'one' } });
    await expect(house.send(run('poke'))).rejects.toThrow('is destroyed');
  });

  test('is cancelled without a trace at its environment', async () => {
    const { house, actor } = await world();
    actor.hold();
    const id = await house.send(run('poke'));
    await begun(1, actor.given);
    await house.send({ type: 'run.cancel', data: { run: id } });
    expect((await house.ended(id)).status).toBe('cancelled');
    expect(await environmentOf(house)).toMatchObject({ status: 'ok', activeRunId: null });
  });

  test('that its worker ended is not begun again by itself', async () => {
    const { house, actor } = await world();
    actor.hold();
    const id = await house.send(run('poke'));
    await begun(1, actor.given);
    await house.worker.stop({ graceMs: 1_000 });
    const ended = await house.ended(id);
    expect(ended.status).toBe('failed');
    const [step] = await house.steps(id);
    expect(step).toMatchObject({ status: 'failed', failure: { code: 'INTERRUPTED' } });
    expect(actor.given).toHaveLength(1);
  });

  test('does not keep an earlier build from being retried', async () => {
    const { house, ledger } = await world();
    ledger.behave('one/web[0]', { failures: 1, retryable: false });
    const update = { name: 'one', parameters: { size: 3 } };
    const failed = await house.run({ type: 'environment.update', data: update });
    expect(failed.status).toBe('failed');
    expect((await house.run(run('poke'))).status).toBe('succeeded');
    expect((await environmentOf(house))?.status).toBe('failed');
    const retried = await house.run({ type: 'run.retry', data: { run: failed.id } });
    expect(retried).toMatchObject({ kind: 'update', status: 'succeeded' });
  });
});
