import { expect, onTestFinished, test } from 'vitest';
import { BiotopeError } from '../../../src/model/errors.ts';
import type { Logger } from '../../../src/platform/logger.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { createEngineContext } from '../../support/engine-context.ts';
import { resource } from '../../support/templates.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { applied, workerSide } from '../../support/worker-side.ts';

test('a destruction whose secrets cannot be forgotten yet waits for that, and says so once', async () => {
  const clock = createVirtualClock();
  const { context, close } = createEngineContext(clock, {});
  onTestFinished(close);
  let isAway = false;
  const said: string[] = [];
  const log: Logger = { ...silentLogger, error: (_facts, message) => said.push(message) };
  const secrets = {
    ...context.secrets,
    list: async (prefix: string) => {
      if (!isAway) return context.secrets.list(prefix);
      const facts = { system: 'vault' };
      throw new BiotopeError('SYSTEM_UNAVAILABLE', { message: 'Vault is sealed', facts });
    },
  };
  const worker = await workerSide([resource('a')], { clock, context: { secrets, log } });
  await worker.desk.report((await worker.begin()).claim, applied());
  isAway = true;
  const runId = await worker.room.send({ type: 'environment.destroy', data: { name: 'one' } });
  await worker.desk.report((await worker.begin()).claim, { kind: 'destroyed' });
  await clock.advance(50_000);
  expect(await worker.room.run(runId)).toMatchObject({ status: 'running' });
  expect(said).toEqual(['a decision could not be made; tried again soon']);
  isAway = false;
  await clock.advance(1_000);
  expect(await worker.room.run(runId)).toMatchObject({ status: 'succeeded' });
});
