import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { dataPaths } from '../../../src/compose/data-folder.ts';
import { registryBreakers } from '../../../src/compose/terraform-breakers.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { ExecutorError } from '../../../src/executors/executor.ts';
import { createTerraformExecutor } from '../../../src/executors/terraform/terraform.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { createSystems } from '../../../src/systems/breakers/breaker-systems.ts';
import { hostWithoutConfiguration } from '../../fixtures/terraform/bundle.ts';
import { openRig, type Rig } from '../../fixtures/terraform/rig.ts';
import { createCertificate } from '../../support/certificate.ts';
import { answerAsRegistry } from '../../support/module-registry.ts';
import { freePorts } from '../../support/services/place.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let rig: Rig;
let port: number;

beforeEach(async () => {
  [port = 0] = await freePorts(1);
  rig = await openRig({
    'one/main.tf': `
terraform {
  required_providers {
    thing = {
      source = "127.0.0.1:${port}/acme/thing"
    }
  }
}
`,
  });
});

afterEach(() => rig.close());

async function listen(certificate: { key: Buffer; certificate: string }): Promise<Server> {
  const answer = answerAsRegistry({});
  const cert = readFileSync(certificate.certificate);
  const server = createServer({ key: certificate.key, cert }, (request, response) => {
    if (answer(request, response)) return;
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return server;
}

it('a registry that is away is a system of its own, probed over HTTPS until it answers', async () => {
  const certificate = createCertificate(temporaryFolder());
  const host = { ...hostWithoutConfiguration(), SSL_CERT_FILE: certificate.certificate };
  const folder = temporaryFolder();
  const config = loadConfig({
    flags: {},
    environment: { BIOTOPE_BREAKER_PROBE_EVERY_MS: '100' },
    folder,
  });
  const breakerOf = await registryBreakers({ config, log: silentLogger, host });
  const systems = createSystems({ clock: systemClock, breakerOf });
  onTestFinished(systems.close);
  const executor = createTerraformExecutor({
    clock: systemClock,
    folders: dataPaths(join(folder, 'data')),
    settings: { host },
    registries: systems,
  });
  const apply = () =>
    executor.apply(rig.context({ spec: { module: './one' } })).catch((error: unknown) => error);

  const system = `terraform-registry:127.0.0.1:${port}`;
  const error = await apply();
  if (!(error instanceof ExecutorError)) throw new Error(`it did not fail: ${String(error)}`);
  expect(error.failure.system, error.failure.detail ?? '').toBe(system);
  expect(error.retryable).toBe(true);

  systems.suspect(system);
  await until(() => systems.isAway(system));
  expect(systems.probesPassed(system)).toBe(0);
  await listen(certificate);
  await until(() => !systems.isAway(system));
  expect(systems.probesPassed(system)).toBeGreaterThan(0);
  const answered = await apply();
  // It answers now, and has no providers: that is no outage, and nobody waits for it.
  if (!(answered instanceof ExecutorError)) throw new Error('there is no such provider');
  expect(answered.failure.system).toBeUndefined();
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
