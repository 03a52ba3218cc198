import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemIds } from '../../../src/platform/ids.ts';
import { runCli } from '../../support/cli.ts';
import { type Served, serve } from '../../support/served.ts';
import { startConsul } from '../../support/services/consul.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { until } from '../../support/services/process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const WAIT_MS = 20_000;

/** Two resources, one of them somebody else's, that live where services of Consul do. */
const templateOf = (service: string) => `apiVersion: biotope/v1
kind: Template
metadata: { name: lamp, version: 1.0.0 }
resources:
  - id: power
    external: power
    statusEndpoints: [{ consul: { service: ${service}-power }, timeoutSeconds: 1 }]
  - id: light
    executor: vault-secret
    dependsOn: [power]
    with: { path: "\${environment.name}/light", generate: { key: { length: 8 } } }
    statusEndpoints:
      - { consul: { service: "${service}", tag: live, minPassing: 2 }, timeoutSeconds: 1 }
`;

async function published(service: string): Promise<string> {
  const folder = temporaryFolder();
  const template = join(folder, 'lamp');
  mkdirSync(template);
  writeFileSync(join(template, 'template.yaml'), templateOf(service));
  const data = join(folder, 'data');
  const { code, stderr } = await runCli(['template', 'publish', template, '--data', data], {
    cwd: folder,
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return data;
}

/** A running instance, as its own agent knows it. Answers how to take it out. */
async function instance(url: string, name: string, tags: string[] = []) {
  const id = `${name}-${systemIds()}`;
  const put = (path: string, body?: object) =>
    fetch(`${url}/v1/agent/service/${path}`, {
      method: 'PUT',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  await put('register', { ID: id, Name: name, Tags: tags, Port: 1 });
  const remove = () => put(`deregister/${id}`);
  onTestFinished(async () => void (await remove().catch(() => {})));
  return remove;
}

async function create({ send, ended }: Served, name: string) {
  const data = { name, template: 'lamp@1.0.0' };
  const { body } = await send('/api/v1/commands', { type: 'environment.create', data });
  return ended(body.run.id);
}

const environmentOf =
  ({ ask }: Served, name: string) =>
  async () =>
    (await ask(`/api/v1/environments/${name}`)).body;

describeOver(['CONSUL_URL'], 'an environment that lives in Consul', ({ CONSUL_URL: url }) => {
  it('is validated, lost and found again by the health of a service', async () => {
    const service = `biotope-test-${systemIds()}`;
    const environment = {
      BIOTOPE_CONSUL_URL: url,
      BIOTOPE_CONSUL_SERVICE: `${service}-server`,
      BIOTOPE_HEALTH_INTERVAL_MS: '1000',
      BIOTOPE_HEALTH_FAILURES_MAX: '2',
    };
    const server = await serve({ folder: await published(service), environment });

    expect(await create(server, 'dark')).toMatchObject({
      status: 'failed',
      failure: { message: 'power failed.' },
    });
    await instance(url, `${service}-power`);
    await instance(url, service, ['live']);
    await instance(url, service, ['old']);
    expect(await create(server, 'dim')).toMatchObject({
      failure: {
        code: 'VALIDATION_FAILED',
        message: expect.stringMatching(/1 of \S+ passing in Consul, wanted 2/),
      },
    });
    const remove = await instance(url, service, ['live']);
    expect(await create(server, 'lit')).toMatchObject({ status: 'succeeded' });

    const shown = environmentOf(server, 'lit');
    await remove();
    await until('the loss to be seen', async () => (await shown()).status === 'failed', WAIT_MS);
    await instance(url, service, ['live']);
    await until('it to be well again', async () => (await shown()).status === 'ok', WAIT_MS);
  });

  it('is not lost because Consul is away', async () => {
    const consul = await startConsul({ folder: temporaryFolder() });
    onTestFinished(() => consul.stop());
    const environment = {
      BIOTOPE_CONSUL_URL: consul.url,
      BIOTOPE_HEALTH_INTERVAL_MS: '1000',
      BIOTOPE_HEALTH_FAILURES_MAX: '1',
      BIOTOPE_VALIDATION_PROBE_TIMEOUT_MS: '300',
    };
    const server = await serve({ folder: await published('lamp'), environment });
    await instance(consul.url, 'lamp-power');
    await instance(consul.url, 'lamp', ['live']);
    await instance(consul.url, 'lamp', ['live']);
    expect(await create(server, 'lit')).toMatchObject({ status: 'succeeded' });
    await consul.stop();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await environmentOf(server, 'lit')()).toMatchObject({ status: 'ok' });
  });
});
