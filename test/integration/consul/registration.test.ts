import { rmSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { systemIds } from '../../../src/platform/ids.ts';
import { serve } from '../../support/served.ts';
import { type ConsulServer, startConsul } from '../../support/services/consul.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { until } from '../../support/services/process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const WAIT_MS = 20_000;

interface Entry {
  Service: { ID: string; Address: string; Port: number; Tags: string[]; Meta: object };
  Checks: { Status: string; Definition: object }[];
}

/** As those see it who ask for the service. */
async function instancesAt(url: string, service: string, query = ''): Promise<Entry[]> {
  const response = await fetch(`${url}/v1/health/service/${service}${query}`);
  return (await response.json()) as Entry[];
}

const passingAt = (url: string, service: string) => instancesAt(url, service, '?passing');

function untilFound(url: string, service: string) {
  return until(
    `${service} to be found`,
    async () => (await passingAt(url, service)).length === 1,
    WAIT_MS,
  );
}

async function ownConsul(): Promise<{ consul: ConsulServer; folder: string }> {
  const folder = temporaryFolder();
  const consul = await startConsul({ folder });
  onTestFinished(() => consul.stop());
  return { consul, folder };
}

const settings = (url: string, service: string, more: Record<string, string> = {}) => ({
  environment: {
    BIOTOPE_CONSUL_URL: url,
    BIOTOPE_CONSUL_SERVICE: service,
    BIOTOPE_CONSUL_TTL_MS: '1000',
    ...more,
  },
});

describeOver(['CONSUL_URL'], 'a server in Consul', ({ CONSUL_URL: url }) => {
  it('is found with its address, role and version, and no more once it ends', async () => {
    const service = `biotope-test-${systemIds()}`;
    const server = await serve(settings(url, service));
    await untilFound(url, service);
    const [found] = await passingAt(url, service);
    const { body: info } = await server.ask('/api/v1/info');
    expect(found?.Service).toMatchObject({
      ID: `${service}-${info.instance}`,
      Address: '127.0.0.1',
      Port: Number(new URL(server.url).port),
      Tags: ['primary', 'version-0.0.0'],
      Meta: { api: '/api/v1', instance: info.instance },
    });
    const { body: health } = await server.ask('/api/v1/health');
    expect(health.checks.registration).toMatchObject([{ status: 'pass' }]);
    await server.stop();
    expect(await instancesAt(url, service)).toEqual([]);
  });

  it('is well for as long as it says so', async () => {
    const service = `biotope-test-${systemIds()}`;
    await serve(settings(url, service));
    await untilFound(url, service);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await passingAt(url, service)).toHaveLength(1);
  });

  it('is asked whether it is ready where the configuration says so', async () => {
    const service = `biotope-test-${systemIds()}`;
    const server = await serve(settings(url, service, { BIOTOPE_CONSUL_CHECK: 'http' }));
    const isAsked = async () => {
      const response = await fetch(`${url}/v1/agent/checks?filter=ServiceName=="${service}"`);
      return (await response.text()).includes('HTTP GET');
    };
    await until('the agent to ask', isAsked, WAIT_MS);
    expect(await passingAt(url, service)).toHaveLength(1);
    await server.stop();
    expect(await instancesAt(url, service)).toEqual([]);
  });

  it('is found where it says that others reach it', async () => {
    const service = `biotope-test-${systemIds()}`;
    await serve(settings(url, service, { BIOTOPE_SERVER_ADVERTISE: 'shop.example.org:9000' }));
    await untilFound(url, service);
    const [found] = await passingAt(url, service);
    expect(found?.Service).toMatchObject({ Address: 'shop.example.org', Port: 9000 });
  });
});

describeOver(['CONSUL_URL'], 'a server whose Consul comes and goes', () => {
  it('begins without it, is registered once it is there, and again where it forgot', async () => {
    const { consul, folder } = await ownConsul();
    await consul.stop();
    const service = 'biotope';
    const server = await serve(settings(consul.url, service));
    expect((await server.ask('/readyz')).status).toBe(200);
    await consul.start();
    await untilFound(consul.url, service);

    await consul.kill();
    rmSync(`${folder}/data`, { recursive: true });
    await consul.start();
    await untilFound(consul.url, service);
    expect(await instancesAt(consul.url, service)).toHaveLength(1);
  });

  it('ends although Consul hangs', async () => {
    const { consul } = await ownConsul();
    const server = await serve(settings(consul.url, 'biotope'));
    await untilFound(consul.url, 'biotope');
    consul.pause();
    await server.stop();
    consul.goOn();
    // Nobody says any more that it is well.
    await until(
      'silence',
      async () => (await passingAt(consul.url, 'biotope')).length === 0,
      WAIT_MS,
    );
  });
});
