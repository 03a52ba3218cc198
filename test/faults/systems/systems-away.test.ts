import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeOver } from '../../support/services/describe-over.ts';
import { type Backed, openBacked } from './backed.ts';

const FULL = process.env.BIOTOPE_FAULTS_FULL === 'true';
const ENVIRONMENTS = 8;
const AWAY_MS = FULL ? 60_000 : 8_000;
/** In the middle of what the first steps begin. */
const BEGUN_MS = 900;

const NAMES = Array.from({ length: ENVIRONMENTS }, (_, at) => `env-${at}`);

interface Figures {
  fault: string;
  parked: number;
  beganAgainMs: number;
}

async function expectAllWell(
  backed: Backed,
  runIds: readonly string[],
  { fault, parked }: Pick<Figures, 'fault' | 'parked'>,
): Promise<void> {
  const backAtMs = Date.now();
  const runs = await backed.ended(runIds);
  const seconds = ((Date.now() - backAtMs) / 1_000).toFixed(1);
  expect(runs.filter(({ status }) => status !== 'succeeded')).toEqual([]);
  const steps = await backed.steps(runIds);
  expect(steps).toHaveLength(ENVIRONMENTS * 5);
  const burnt = steps.reduce((sum, { attempt }) => sum + attempt - 1, 0);
  console.info(
    `${fault} for ${AWAY_MS / 1_000} s, ${ENVIRONMENTS} runs of 5 steps: ${parked} steps parked at ` +
      `once, ${burnt} attempts burnt, all runs succeeded ${seconds} s after it was back.`,
  );
  expect(burnt).toBe(0);
}

const breakerOf = async ({ ask }: Backed, system: string) => {
  const { status, body } = await ask('/api/v1/health');
  return [status, body.status, body.checks[system][0].breaker];
};

describeOver(['CONSUL_URL', 'VAULT_URL'], 'a system that goes away in the middle of runs', () => {
  it('Consul, stopped: steps are parked, shown everywhere, and finish once it goes on', async () => {
    const backed = await openBacked();
    const runIds = await backed.create(NAMES);
    await pause(BEGUN_MS);
    backed.consul.pause();
    const stoppedAtMs = Date.now();
    await backed.parked(runIds, ENVIRONMENTS);
    await backed.until('an open breaker', async () => {
      const [status, health, breaker] = await breakerOf(backed, 'keyvalue');
      return status === 200 && health === 'warn' && breaker !== 'closed' ? true : undefined;
    });
    expect((await backed.ask('/readyz')).status).toBe(200);
    expect(await backed.metrics()).toMatch(/biotope_steps_parked\{system="consul"\} 8/);
    await pause(Math.max(0, stoppedAtMs + AWAY_MS - Date.now()));
    const parked = await backed.parked(runIds, ENVIRONMENTS);
    expect(new Set(parked.map(({ parked: waits }) => waits?.system))).toEqual(new Set(['consul']));
    backed.consul.goOn();
    await expectAllWell(backed, runIds, { fault: 'Consul stopped', parked: parked.length });
    expect(await breakerOf(backed, 'consul')).toEqual([200, 'pass', 'closed']);
    const { body } = await backed.ask('/api/v1/events?limit=1000');
    const types = body.items.map(({ type }: { type: string }) => type);
    expect(types).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/breaker\.opened$/),
        expect.stringMatching(/step\.parked$/),
        expect.stringMatching(/breaker\.closed$/),
        expect.stringMatching(/step\.released$/),
      ]),
    );
  });

  it('Vault, sealed: steps wait, and finish once it is unsealed', async () => {
    const backed = await openBacked();
    const runIds = await backed.create(NAMES);
    await pause(BEGUN_MS / 2);
    await backed.openBao.seal();
    const sealedAtMs = Date.now();
    const parked = await backed.parked(runIds, 1);
    await pause(Math.max(0, sealedAtMs + AWAY_MS - Date.now()));
    await backed.openBao.unseal();
    await expectAllWell(backed, runIds, { fault: 'Vault sealed', parked: parked.length });
  });

  it('Consul, while the server is killed as well: the next one knows what waits', async () => {
    const backed = await openBacked();
    const runIds = await backed.create(NAMES);
    await pause(BEGUN_MS);
    backed.consul.pause();
    const parked = await backed.parked(runIds, ENVIRONMENTS);
    await backed.die();
    await pause(AWAY_MS / 2);
    backed.consul.goOn();
    const fault = 'Consul stopped and the server killed';
    await expectAllWell(backed, runIds, { fault, parked: parked.length });
  });
});
