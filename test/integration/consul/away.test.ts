import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../support/cli.ts';
import { serve } from '../../support/served.ts';
import { startConsul } from '../../support/services/consul.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { until } from '../../support/services/process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const WAIT_MS = 30_000;

const TEMPLATE = `apiVersion: biotope/v1
kind: Template
metadata: { name: lamp, version: 1.0.0 }
resources:
  - id: key
    executor: vault-secret
    with: { path: "\${environment.name}/lamp", generate: { key: { length: 8 } } }
  - id: light
    executor: consul-kv
    with:
      prefix: "\${environment.name}/light"
      entries: { bulb: { watts: 40 } }
      secretEntries: { key: "\${resources.key.outputs.key}" }
`;

async function published(): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'lamp'));
  writeFileSync(join(folder, 'lamp', 'template.yaml'), TEMPLATE);
  const data = join(folder, 'data');
  const end = await runCli(['template', 'publish', 'lamp', '--data', data], { cwd: folder });
  expect(end).toMatchObject({ code: 0 });
  return data;
}

describeOver(['CONSUL_URL'], 'a Consul that goes away', () => {
  it('makes steps wait, at no cost, until it is back; then the run ends by itself', async () => {
    const consul = await startConsul({ folder: temporaryFolder() });
    onTestFinished(() => consul.stop());
    const { ask, send, ended } = await serve({
      folder: await published(),
      environment: {
        BIOTOPE_CONSUL_URL: consul.url,
        BIOTOPE_CONSUL_PREFIX: 'kept',
        BIOTOPE_BREAKER_CALL_TIMEOUT_MS: '500',
        BIOTOPE_BREAKER_PROBE_EVERY_MS: '300',
      },
    });
    consul.pause();
    const data = { name: 'one', template: 'lamp@1.0.0' };
    const { body } = await send('/api/v1/commands', { type: 'environment.create', data });
    const step = async () => {
      const { body: steps } = await ask(`/api/v1/runs/${body.run.id}/steps`);
      return steps.items.find(({ address }: { address: string }) => address === 'light[0]');
    };
    await until('the step to wait', async () => (await step()).status === 'parked', WAIT_MS);
    consul.goOn();
    expect(await ended(body.run.id)).toMatchObject({ status: 'succeeded' });
    expect(await step()).toMatchObject({ status: 'succeeded', attempt: 1 });

    const entries = await fetch(`${consul.url}/v1/kv/kept/one/light/bulb?raw`);
    expect(await entries.text()).toBe('{"watts":40}');
    const destroy = { type: 'environment.destroy', data: { name: 'one' } };
    const { body: destroyed } = await send('/api/v1/commands', destroy);
    expect(await ended(destroyed.run.id)).toMatchObject({ status: 'succeeded' });
    expect((await fetch(`${consul.url}/v1/kv/kept/?keys`)).status).toBe(404);
  });
});
